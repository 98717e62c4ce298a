# One image for worker, watcher and command line. `npm run image` builds it, also where no registry can be reached.
# Any Node.js LTS on glibc: Temporal's native part needs glibc. linux/amd64 and linux/arm64.
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
# Before strip.js, which also removes licence files that lie in what only builds.
RUN ["node", "notices.js", "THIRD-PARTY-NOTICES.txt"]
RUN ["node", "strip.js"]

FROM packages AS build
COPY . .
RUN ["npm", "run", "build"]

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="pgwarden" \
      org.opencontainers.image.description="Keeps PostgreSQL roles, grants, default privileges and memberships equal to what is declared" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# Node.js alone: no npm, nothing that could install anything.
COPY --from=packages /usr/local/bin/node /usr/local/bin/node
# Temporal's client and PostgreSQL's trust what the system trusts; slim images trust nobody.
COPY --from=production /pgwarden/certificates.pem /etc/ssl/certs/ca-certificates.crt
WORKDIR /pgwarden
COPY --from=build /pgwarden/package.json /pgwarden/LICENSE ./
COPY --from=production /pgwarden/THIRD-PARTY-NOTICES.txt ./
COPY --from=production /pgwarden/node_modules ./node_modules
COPY --from=build /pgwarden/dist ./dist
# Names are looked up in these threads: a few slow DNS servers must not hold up all others.
ENV NODE_ENV=production PATH=/usr/local/bin:/usr/bin:/bin UV_THREADPOOL_SIZE=16
USER 65534:65534
ENTRYPOINT ["/usr/local/bin/node"]
CMD ["dist/worker/main.js"]
