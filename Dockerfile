# One image for each service: docker build --target service --build-arg SERVICE=catalog .
# Node.js runs the TypeScript as it is, so an image holds sources and production dependencies, nothing built.

# What is installed changes seldom: this layer is made once for all images, until a manifest changes.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY shared/package.json shared/
COPY infra/package.json infra/
COPY e2e/package.json e2e/
COPY tools/package.json tools/
COPY bench/package.json bench/
COPY services/auth/package.json services/auth/
COPY services/catalog/package.json services/catalog/
COPY services/gateway/package.json services/gateway/
COPY services/ingest/package.json services/ingest/
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --workspace=@cairn/auth --workspace=@cairn/catalog \
  --workspace=@cairn/gateway --workspace=@cairn/ingest --workspace=@cairn/infra \
  && npm cache clean --force
COPY infra/images infra/images

FROM dependencies AS provision-dependencies
RUN node infra/images/keep-production.ts infra

# Makes the tables, queues, topics and buckets of infra/resources.ts, and ends.
FROM node:24-bookworm-slim AS provision
WORKDIR /app
COPY --from=provision-dependencies /app/node_modules node_modules
COPY infra infra
USER node
CMD ["node", "infra/provision/main.ts"]

FROM dependencies AS service-dependencies
ARG SERVICE
RUN node infra/images/keep-production.ts services/${SERVICE:?say which with --build-arg SERVICE=}

FROM node:24-bookworm-slim AS service
ARG SERVICE
ENV HOST=0.0.0.0 PORT=8080 METRICS_PORT=9464
# What a service keeps on disk (auth: its signing keys); a volume that is mounted here gets this owner.
RUN install -d -o node -g node -m 0700 /var/lib/cairn
WORKDIR /app
COPY --from=service-dependencies /app/node_modules node_modules
COPY package.json ./
COPY shared shared
COPY services/$SERVICE services/$SERVICE
WORKDIR /app/services/$SERVICE
# Fargate mounts an empty volume here and gives it this folder's mode, so that others than root may write.
VOLUME ["/tmp"]
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=10s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node.js is the first process and gets the signals itself: no shell, no npm in between.
CMD ["node", "src/main.ts"]
