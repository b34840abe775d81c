# syntax=docker/dockerfile:1

# The web client.
FROM node:20-bookworm-slim AS client
WORKDIR /src/Discord.Host/ClientApp
COPY Discord.Host/ClientApp/package.json Discord.Host/ClientApp/package-lock.json Discord.Host/ClientApp/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY Discord.Host/ClientApp/ ./
# Writes ../wwwroot.
RUN npm run build

# The server. Native code is taken for the one platform that is built for.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /src
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY BuildingBlocks/ BuildingBlocks/
COPY Modules/ Modules/
COPY Discord.Host/ Discord.Host/
COPY --from=client /src/Discord.Host/wwwroot/ Discord.Host/wwwroot/
# Compiled ahead (ReadyToRun): half the time to start (docs/adr/0012).
RUN dotnet publish Discord.Host -c Release $([ -n "$TARGETARCH" ] && echo "-a $TARGETARCH" || echo --use-current-runtime) --self-contained false \
    -p:PublishReadyToRun=true -p:UseAppHost=false -p:BuildWebClient=false -p:DebugType=none -p:GenerateDocumentationFile=false -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# libsodium: argon2id for passwords. Without it the server hashes with PBKDF2 and says so.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libsodium23 \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o "$APP_UID" -g "$APP_UID" -m 0750 /data
COPY --from=build /app /app
# The image's own default listener, which --urls replaces.
ENV ASPNETCORE_HTTP_PORTS=""
WORKDIR /app
USER $APP_UID
# Everything that is kept: database, certificate. Copy it, while the container is stopped, and you have a backup.
VOLUME /data
EXPOSE 5000 5443 5004/udp 5004/tcp
ENV Voice__Bind=0.0.0.0
# No curl in the image: bash asks. 200 from /readyz is healthy.
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/5000 && printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]
# In a container the port is opened by -p, so every address is bound. What is added behind the image's name (doctor, user create ...) is the command.
ENTRYPOINT ["dotnet", "/app/Discord.Host.dll", "--data", "/data", "--urls", "http://0.0.0.0:5000;https://0.0.0.0:5443"]
