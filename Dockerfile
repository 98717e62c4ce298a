# One image for worker, watcher and command line, on linux/amd64 and linux/arm64. `npm run image` builds it without
# access to a registry too. Any Node.js LTS works if it uses glibc, which Temporal's native part needs.
ARG NODE_IMAGE=node:24-bookworm-slim
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /pgwarden
ENV npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
COPY package.json package-lock.json .npmrc ./
RUN ["npm", "ci"]

FROM packages AS production
RUN ["npm", "prune", "--omit=dev"]
COPY tools/images/notices.js tools/images/strip.js ./
# It runs before strip.js, which removes files that only builds need, and the license files beside them.
RUN ["node", "notices.js", "THIRD-PARTY-NOTICES.txt"]
RUN ["node", "strip.js"]

FROM packages AS build
COPY . .
RUN ["npm", "run", "build"]

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="pgwarden" \
      org.opencontainers.image.description="Continuously reconciles PostgreSQL roles, grants and memberships with the policies you declare, on Temporal" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# Only the executable of Node.js: the image has no npm or other installer.
COPY --from=packages /usr/local/bin/node /usr/local/bin/node
# The clients of Temporal and PostgreSQL trust the CA certificates of the system, and slim images have none.
COPY --from=production /pgwarden/certificates.pem /etc/ssl/certs/ca-certificates.crt
WORKDIR /pgwarden
COPY --from=build /pgwarden/package.json /pgwarden/LICENSE ./
COPY --from=production /pgwarden/THIRD-PARTY-NOTICES.txt ./
COPY --from=production /pgwarden/node_modules ./node_modules
COPY --from=build /pgwarden/dist ./dist
# Node.js looks up host names in these threads. With its default of 4, a few slow DNS servers would delay all other lookups.
ENV NODE_ENV=production PATH=/usr/local/bin:/usr/bin:/bin UV_THREADPOOL_SIZE=16
# The C library returns freed memory to the system. With its defaults, each thread of the SDK keeps memory of its own:
# a worker with 100 policies holds a third less with these.
ENV MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072 MALLOC_MMAP_THRESHOLD_=131072
USER 65534:65534
ENTRYPOINT ["/usr/local/bin/node"]
CMD ["--max-semi-space-size=4", "dist/worker/main.js"]
