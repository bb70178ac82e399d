metadata description = 'The Functions app on Flex Consumption, run by its identity, with every setting.'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('What makes names unique.')
param token string

@description('Resource id of the identity that the app runs as: it reads the estate and works with storage.')
param readerId string

@description('Client id of that identity.')
param readerClientId string

@description('Resource id of the identity that changes the estate.')
param remediatorId string

@description('Name of the storage account of the app.')
param storageAccountName string

@description('Address of the container from which the app is run.')
param packageContainerUrl string

@description('Name of the Application Insights component.')
param insightsName string

@description('Every setting of Portcullis by its name; docs/settings.md.')
param settings object

@description('Whether people sign in, so that cards may link to the pages.')
param hasSignIn bool

@description('Memory of an instance in MB.')
param instanceMemoryMB int

@description('Most instances that may run at once.')
param maximumInstanceCount int

@description('Instances of the function that takes events, and of the pages, that are kept warm.')
param alwaysReadyInstances int

var ofTheHost = {
  AzureWebJobsStorage__accountName: storageAccountName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: readerClientId
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${readerClientId};Authorization=AAD'
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  WEBSITE_AUTH_AAD_ALLOWED_TENANTS: tenant().tenantId
  AzureWebJobsDisableHomepage: 'true'
}
var pages = {
  PORTCULLIS_DASHBOARD_URL: 'https://${site.properties.defaultHostName}'
}
var kept = [
  'function:on_resource_event'
  'http'
]

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'asp-portcullis-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: 'func-portcullis-${token}'
  location: location
  tags: union(tags, {
    'azd-service-name': 'app'
  })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${readerId}': {}
      '${remediatorId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: readerId
    siteConfig: {
      alwaysOn: false
      ftpsState: 'Disabled'
      minTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: readerId
          }
        }
      }
      runtime: {
        name: 'python'
        version: '3.11'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: [for name in (alwaysReadyInstances > 0 ? kept : []): {
          name: name
          instanceCount: alwaysReadyInstances
        }]
      }
    }
  }
}

resource appSettings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: site
  name: 'appsettings'
  properties: union(settings, ofTheHost, hasSignIn && empty(settings.PORTCULLIS_DASHBOARD_URL) ? pages : {})
}

resource publishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = [for name in [
  'ftp'
  'scm'
]: {
  parent: site
  name: name
  properties: {
    allow: false
  }
}]

@description('Resource id of the app.')
output id string = site.id

@description('Name of the app.')
output name string = site.name

@description('Where its pages are.')
output url string = 'https://${site.properties.defaultHostName}'
