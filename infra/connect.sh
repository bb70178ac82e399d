#!/bin/sh
# Connects a deployed app with the estate: gives it access, then has the events of the watched
# subscriptions sent to it.  `azd` runs this after the code is there; by hand it is run with the
# outputs of main.bicep in the environment.  It is safe to run again.
set -eu

here=$(dirname "$0")
deployment="portcullis-$AZURE_ENV_NAME"
changed=""
case "${PORTCULLIS_REMEDIATION_MODE:-off}" in
  approve | auto) changed=${PORTCULLIS_REMEDIATION_SCOPES:-} ;;
esac

if [ -n "${PORTCULLIS_MANAGEMENT_GROUP:-}" ]; then
  az deployment mg create --only-show-errors --output none \
    --name "$deployment-access" --location "$AZURE_LOCATION" \
    --management-group-id "$PORTCULLIS_MANAGEMENT_GROUP" \
    --template-file "$here/access-management-group.bicep" \
    --parameters environmentName="$AZURE_ENV_NAME" \
      readerPrincipalId="$READER_PRINCIPAL_ID" \
      remediatorPrincipalId="$REMEDIATOR_PRINCIPAL_ID" remediationScopes="$changed"
elif [ -n "${PORTCULLIS_SUBSCRIPTIONS:-}" ]; then
  az deployment sub create --only-show-errors --output none \
    --subscription "$AZURE_SUBSCRIPTION_ID" \
    --name "$deployment-access" --location "$AZURE_LOCATION" \
    --template-file "$here/access-subscriptions.bicep" \
    --parameters environmentName="$AZURE_ENV_NAME" subscriptions="$PORTCULLIS_SUBSCRIPTIONS" \
      readerPrincipalId="$READER_PRINCIPAL_ID" \
      remediatorPrincipalId="$REMEDIATOR_PRINCIPAL_ID" remediationScopes="$changed"
else
  echo "Set PORTCULLIS_SUBSCRIPTIONS or PORTCULLIS_MANAGEMENT_GROUP: nothing is watched yet." >&2
  exit 1
fi

watched=${EVENT_SUBSCRIPTIONS:-${PORTCULLIS_SUBSCRIPTIONS:-}}
if [ -z "$watched" ]; then
  echo "Set EVENT_SUBSCRIPTIONS to the subscriptions of the management group:" \
    "until then changes are found by sweeps alone." >&2
  exit 0
fi
az deployment sub create --only-show-errors --output none \
  --subscription "$AZURE_SUBSCRIPTION_ID" \
  --name "$deployment-events" --location "$AZURE_LOCATION" \
  --template-file "$here/events.bicep" \
  --parameters environmentName="$AZURE_ENV_NAME" location="$AZURE_LOCATION" \
    subscriptions="$watched" appId="$APP_ID" storageAccountId="$STORAGE_ID"
