//! The client that sends its requests itself, over https: reqwest with rustls, as users of the crate choose it.

use std::sync::Arc;

use eiam_token::client::Authentication;
use eiam_token::client::authorize::AuthorizationParameters;
use eiam_token::client::online::{OnlineClient, OnlineError};
use eiam_token::testing::TestIssuer;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A certificate for 127.0.0.1 until the year 2120. Everybody knows its key, so it is for these tests alone.
const CERTIFICATE: &[u8] = include_bytes!("../tls/certificate.pem");
const KEY: &[u8] = include_bytes!("../tls/key.pem");

/// An issuer with an https URL: what comes there is decrypted and handed on.
async fn start() -> TestIssuer {
    // Another test may have said so before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let (sender, plain) = std::sync::mpsc::channel();
    let options = TestIssuer::options().configure(move |config| {
        let listens_at = std::mem::replace(&mut config.base_url, url);
        sender.send(listens_at.trim_start_matches("http://").to_owned()).unwrap();
    });
    let issuer = options.start().await.unwrap();
    let plain = plain.recv().unwrap();
    let chain = vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key);
    let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (acceptor, plain) = (acceptor.clone(), plain.clone());
            tokio::spawn(async move {
                // A client that does not trust the certificate ends here.
                let Ok(mut outside) = acceptor.accept(socket).await else { return };
                let mut inside = TcpStream::connect(plain).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            });
        }
    });
    issuer
}

fn secret(issuer: &TestIssuer) -> Authentication {
    Authentication::basic(&issuer.client("web").unwrap().client_secret.unwrap())
}

#[tokio::test]
async fn a_user_signs_in_over_https() {
    let issuer = start().await;
    let web = issuer.client("web").unwrap();
    assert!(web.issuer().starts_with("https://127.0.0.1:"));
    let trusted = reqwest::Certificate::from_pem(CERTIFICATE).unwrap();
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([trusted]);
    let http = http.redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let client = OnlineClient::discover_with(http, web.issuer(), "web", secret(&issuer));
    let client = client.await.unwrap();
    let parameters = AuthorizationParameters {
        redirect_uri: "http://127.0.0.1:8700/cb",
        scope: Some("openid offline_access"),
        ..AuthorizationParameters::default()
    };
    let request = client.authorization_request(&parameters).unwrap();
    let callback = issuer.visit(&request.url, "alice").unwrap();
    let tokens = client.sign_in(&callback, &request.transaction).await.unwrap();
    assert_eq!(tokens.claims.as_ref().unwrap().text("sub").as_deref(), Some("alice"));
    assert_ne!(client.refresh(&tokens).await.unwrap().access_token, tokens.access_token);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let issuer = start().await;
    let web = issuer.client("web").unwrap();
    let refused = OnlineClient::discover(web.issuer(), "web", secret(&issuer)).await.unwrap_err();
    assert!(matches!(&refused, OnlineError::Network(error) if error.is_connect()), "{refused:?}");
    assert_eq!(issuer.journal().latest(), 0);
}
