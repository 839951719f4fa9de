import no.nav.security.mock.oauth2.MockOAuth2Server
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback

fun main() {
    val server = MockOAuth2Server()
    server.start()
    val token = server.issueToken("default", "web", DefaultOAuth2TokenCallback(subject = "alice"))
    println(token.serialize())
    server.shutdown()
}
