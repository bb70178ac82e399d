metadata description = 'Two identities: one reads the estate, the other changes it. Neither may do anything by being made.'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('What makes names unique.')
param token string

resource reader 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-portcullis-reader-${token}'
  location: location
  tags: tags
}

resource remediator 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-portcullis-remediator-${token}'
  location: location
  tags: tags
}

@description('Resource id of the reader.')
output readerId string = reader.id

@description('Client id of the reader.')
output readerClientId string = reader.properties.clientId

@description('Object id of the reader.')
output readerPrincipalId string = reader.properties.principalId

@description('Resource id of the remediator.')
output remediatorId string = remediator.id

@description('Client id of the remediator.')
output remediatorClientId string = remediator.properties.clientId

@description('Object id of the remediator.')
output remediatorPrincipalId string = remediator.properties.principalId
