// What an application needs that signs users in.
import { Client } from "eiam-token";

const client = new Client({ server: { tokenEndpoint: "https://as.example/token" }, clientId: "app" });
console.log(client.exchangeCode);
