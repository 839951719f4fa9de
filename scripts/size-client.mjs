// An application that needs everything of the client.
export * from "eiam-token";
