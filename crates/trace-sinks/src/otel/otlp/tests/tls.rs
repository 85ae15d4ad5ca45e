//! Certificates, made for the test.

use std::fs;
use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use super::*;

/// An authority that signs certificates of `localhost`. All are PEM files.
struct Authority {
    dir: tempfile::TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("ca.pem"), issuer.pem()).unwrap();
        Self { dir, issuer }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes and returns certificate and key.
    fn sign(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        fs::write(self.path(&format!("{name}.pem")), certificate.pem()).unwrap();
        fs::write(self.path(&format!("{name}.key")), key.serialize_pem()).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    /// Receivers that this authority vouches for; with `client`, they ask for its certificates.
    fn receivers(&self, client: bool) -> Vec<(Receiver, OtlpBuilder)> {
        let (certificate, key) = self.sign("server");
        let authority = self.issuer.pem();
        let client = client.then_some(authority.as_str());
        vec![
            pair(Receiver::http_tls(&certificate, &key, client), OtlpProtocol::HttpProtobuf),
            #[cfg(feature = "grpc")]
            pair(Receiver::grpc_tls(&certificate, &key, client), OtlpProtocol::Grpc),
        ]
    }
}

fn insecure(sent: &Sent) {
    assert!(
        matches!(sent, Sent::Refused { error } if error.contains("no secure connection to https://localhost")),
        "{sent:?}"
    );
}

#[test]
fn a_receiver_is_trusted_by_the_authority_that_is_set() {
    let authority = Authority::new();
    for (receiver, builder) in authority.receivers(false) {
        assert_eq!(send(builder.ca_certificate(authority.path("ca.pem")), &spans(2)), accepted());
        assert_eq!(receiver.spans().len(), 2);
    }
}

#[test]
fn a_receiver_of_an_unknown_authority_is_not_sent_anything() {
    let (authority, other) = (Authority::new(), Authority::new());
    for (receiver, builder) in authority.receivers(false) {
        insecure(&send(builder.clone(), &spans(1)));
        insecure(&send(builder.ca_certificate(other.path("ca.pem")), &spans(1)));
        assert!(receiver.requests().is_empty());
    }
}

#[test]
fn a_receiver_without_tls_is_not_sent_anything_either() {
    let receiver = Receiver::raw(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    let url = receiver.url().replace("http://127.0.0.1", "https://localhost");
    insecure(&send(http(&receiver).endpoint(&url), &spans(1)));
    #[cfg(feature = "grpc")]
    insecure(&send(grpc(&receiver).endpoint(&url), &spans(1)));
}

#[test]
fn a_receiver_that_asks_who_we_are_is_told() {
    let authority = Authority::new();
    authority.sign("client");
    for (receiver, builder) in authority.receivers(true) {
        let builder = builder.ca_certificate(authority.path("ca.pem"));
        let sent = send(builder.clone(), &spans(1));
        assert!(!matches!(sent, Sent::Accepted { .. }), "{sent:?}");
        let builder = builder.client_certificate(authority.path("client.pem"), authority.path("client.key"));
        assert_eq!(send(builder, &spans(2)), accepted());
        assert_eq!(receiver.spans().len(), 2);
    }
}

#[test]
fn files_are_named_by_the_environment_too() {
    let authority = Authority::new();
    authority.sign("client");
    let path = |name| authority.path(name).to_string_lossy().into_owned();
    for (receiver, builder) in authority.receivers(true) {
        let variables = [
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", path("ca.pem")),
            ("OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", path("client.pem")),
            ("OTEL_EXPORTER_OTLP_CLIENT_KEY", path("client.key")),
        ];
        let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(ready(with(builder, &variables)).destination.send(&spans(2), soon()), accepted());
        assert_eq!(receiver.spans().len(), 2);
    }
}

#[test]
fn a_key_of_another_certificate_is_refused_when_the_sink_is_built() {
    let authority = Authority::new();
    authority.sign("client");
    authority.sign("other");
    let builder =
        OtlpBuilder::new().client_certificate(authority.path("client.pem"), authority.path("other.key"));
    let error = refusal(builder.configure());
    assert!(
        error.starts_with("client_certificate: ") && error.contains("other.key does not fit "),
        "{error}"
    );
}

#[test]
fn files_that_hold_something_else_are_refused_when_the_sink_is_built() {
    let authority = Authority::new();
    authority.sign("client");
    let path = |name| authority.path(name);
    let new = || OtlpBuilder::new().ignore_environment();
    let error = refusal(new().ca_certificate(path("client.key")).configure());
    assert!(
        error.starts_with("ca_certificate: ")
            && error.ends_with("client.key holds no certificate in PEM form"),
        "{error}"
    );
    let error = refusal(new().client_certificate(path("client.pem"), path("client.pem")).configure());
    assert!(error.ends_with("client.pem holds no private key in PEM form"), "{error}");
}
