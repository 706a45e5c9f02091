CONFLUENCE_URL = "https://acme.atlassian.net/wiki"
