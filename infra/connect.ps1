#!/usr/bin/env pwsh
# The same as connect.sh, for Windows: access first, then the events of the watched subscriptions.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

$deployment = "portcullis-$env:AZURE_ENV_NAME"
$quiet = @('--only-show-errors', '--output', 'none')
$changed = ''
if ($env:PORTCULLIS_REMEDIATION_MODE -in 'approve', 'auto') {
  $changed = $env:PORTCULLIS_REMEDIATION_SCOPES
}

if ($env:PORTCULLIS_MANAGEMENT_GROUP) {
  az deployment mg create @quiet `
    --name "$deployment-access" --location $env:AZURE_LOCATION `
    --management-group-id $env:PORTCULLIS_MANAGEMENT_GROUP `
    --template-file "$PSScriptRoot/access-management-group.bicep" `
    --parameters environmentName="$env:AZURE_ENV_NAME" `
      readerPrincipalId="$env:READER_PRINCIPAL_ID" `
      remediatorPrincipalId="$env:REMEDIATOR_PRINCIPAL_ID" remediationScopes="$changed"
}
elseif ($env:PORTCULLIS_SUBSCRIPTIONS) {
  az deployment sub create @quiet `
    --subscription $env:AZURE_SUBSCRIPTION_ID `
    --name "$deployment-access" --location $env:AZURE_LOCATION `
    --template-file "$PSScriptRoot/access-subscriptions.bicep" `
    --parameters environmentName="$env:AZURE_ENV_NAME" subscriptions="$env:PORTCULLIS_SUBSCRIPTIONS" `
      readerPrincipalId="$env:READER_PRINCIPAL_ID" `
      remediatorPrincipalId="$env:REMEDIATOR_PRINCIPAL_ID" remediationScopes="$changed"
}
else {
  throw 'Set PORTCULLIS_SUBSCRIPTIONS or PORTCULLIS_MANAGEMENT_GROUP: nothing is watched yet.'
}

$watched = $env:EVENT_SUBSCRIPTIONS
if (-not $watched) { $watched = $env:PORTCULLIS_SUBSCRIPTIONS }
if (-not $watched) {
  Write-Warning 'Set EVENT_SUBSCRIPTIONS to the subscriptions of the management group: until then changes are found by sweeps alone.'
  exit 0
}
az deployment sub create @quiet `
  --subscription $env:AZURE_SUBSCRIPTION_ID `
  --name "$deployment-events" --location $env:AZURE_LOCATION `
  --template-file "$PSScriptRoot/events.bicep" `
  --parameters environmentName="$env:AZURE_ENV_NAME" location="$env:AZURE_LOCATION" `
    subscriptions="$watched" appId="$env:APP_ID" storageAccountId="$env:STORAGE_ID"
