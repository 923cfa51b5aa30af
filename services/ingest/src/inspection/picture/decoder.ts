import sharp from 'sharp';

// Only these five decoders exist in this process; a name mistyped here fails the test that opens one file
// of every other format.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadPng',
    'VipsForeignLoadJpeg',
    'VipsForeignLoadWebp',
    'VipsForeignLoadHeif',
    'VipsForeignLoadNsgif',
  ],
});
sharp.cache(false);
// One child a core: more threads would only take turns, and hold more memory.
sharp.concurrency(1);

export { sharp };
