# One image for each service: docker build --build-arg SERVICE=catalog .
# Node.js runs the TypeScript as it is, so an image holds sources and production dependencies, nothing built.

FROM node:24-bookworm-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY shared/package.json shared/
COPY infra/package.json infra/
COPY e2e/package.json e2e/
COPY tools/package.json tools/
COPY services/auth/package.json services/auth/
COPY services/catalog/package.json services/catalog/
COPY services/gateway/package.json services/gateway/
COPY services/ingest/package.json services/ingest/

FROM manifests AS provision-dependencies
RUN npm ci --omit=dev --ignore-scripts --workspace=@cairn/infra

# Makes the tables, queues, topics and buckets of infra/resources.ts, and ends.
FROM node:24-bookworm-slim AS provision
WORKDIR /app
COPY --from=provision-dependencies /app/node_modules node_modules
COPY infra infra
USER node
CMD ["node", "infra/provision/main.ts"]

FROM manifests AS service-dependencies
ARG SERVICE
RUN npm ci --omit=dev --ignore-scripts --workspace=@cairn/${SERVICE:?say which with --build-arg SERVICE=}

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
USER node
EXPOSE 8080
HEALTHCHECK --interval=3s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/main.ts"]
