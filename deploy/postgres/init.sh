#!/bin/bash
# Gives each service a database and a role that may enter no other. Runs once, on an empty volume.
set -euo pipefail

for service in enrollment roster invoicing documents gateway; do
    variable=${service^^}_DATABASE_PASSWORD
    psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
        --set name="$service" --set password="${!variable:?}" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
