import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a client when time passes, the network fails or the issuer lies. */
@ExtendWith(TestIssuer.Extension.class)
class ClientTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String ALICE = "{\"client\": \"web\", \"user\": \"alice\", \"scope\": \"openid\"}";

  private static HttpResponse<String> userinfo(TestIssuer issuer, JsonNode tokens) throws Exception {
    URI uri = URI.create(issuer.client("web").get("userinfoEndpoint").asText());
    String authorization = "Bearer " + tokens.get("access_token").asText();
    return HTTP.send(
        HttpRequest.newBuilder(uri).header("Authorization", authorization).build(), BodyHandlers.ofString());
  }

  /** The code under test: it gets a token, asks again after a 503, and takes no answer that is none. */
  private static String machineToken(TestIssuer issuer, String secret) throws Exception {
    JsonNode machine = issuer.client("machine");
    String form =
        "grant_type=client_credentials&client_id=machine&client_secret=" + URLEncoder.encode(secret, UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(machine.get("tokenEndpoint").asText()))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build();
    HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
    for (int retries = 2; response.statusCode() == 503 && retries > 0; retries--) {
      response = HTTP.send(request, BodyHandlers.ofString());
    }
    JsonNode answer = JSON.readTree(response.body());
    if (response.statusCode() != 200) throw new IOException(answer.path("error").asText());
    if (!answer.path("access_token").isTextual()) throw new IOException("there is no access_token");
    if (!answer.path("token_type").asText().equalsIgnoreCase("Bearer")) throw new IOException("unknown token_type");
    return answer.get("access_token").asText();
  }

  private static String machineToken(TestIssuer issuer) throws Exception {
    return machineToken(issuer, issuer.client("machine").get("clientSecret").asText());
  }

  @Test
  void aTokenTellsWhoseItIs(TestIssuer issuer) throws Exception {
    JsonNode tokens = issuer.control("POST", "tokens", ALICE);
    assertEquals("alice", JSON.readTree(userinfo(issuer, tokens).body()).get("sub").asText());
  }

  @Test
  void aTokenExpiresAfterTwentyMinutes(TestIssuer issuer) throws Exception {
    JsonNode tokens = issuer.control("POST", "tokens", ALICE);
    issuer.control("POST", "clock", "{\"advance\": \"19m\"}");
    assertEquals(200, userinfo(issuer, tokens).statusCode());
    issuer.control("POST", "clock", "{\"advance\": \"1m\"}");
    assertEquals(400, userinfo(issuer, tokens).statusCode());
  }

  @Test
  void theClientAsksAgainAfterA503(TestIssuer issuer) throws Exception {
    issuer.control("POST", "faults", "{\"endpoint\": \"token\", \"fail\": 503, \"times\": 2}");
    assertTrue(machineToken(issuer).startsWith("AT"));
    List<Integer> statuses = new ArrayList<>();
    for (JsonNode entry : issuer.control("GET", "journal?endpoint=token", null).get("entries")) {
      statuses.add(entry.get("status").asInt());
    }
    assertEquals(List.of(503, 503, 200), statuses);
  }

  @ParameterizedTest
  @ValueSource(strings = {"access_token_missing", "access_token_number", "token_type_unknown"})
  void theClientTakesNoHostileAnswer(String name, TestIssuer issuer) throws Exception {
    issuer.control("POST", "hostile", "{\"case\": \"" + name + "\"}");
    assertThrows(IOException.class, () -> machineToken(issuer));
  }

  @Test
  void theJournalSaysWhyASecretWasRefused(TestIssuer issuer) throws Exception {
    assertThrows(IOException.class, () -> machineToken(issuer, "a secret of somebody else"));
    JsonNode entry = issuer.control("GET", "journal?endpoint=token", null).get("entries").get(0);
    assertEquals("refused", entry.get("decision").asText());
    assertEquals("invalid_client", entry.get("error").asText());
    assertFalse(entry.toString().contains("somebody"));
  }
}
