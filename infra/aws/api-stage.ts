/** API Gateway wants a stage; clients never see it, since the domain leads to it directly. */
export const API_STAGE = 'live';
