//! Certificates of TLS: whom to trust, and who we are. Read once, when the sink is built.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

use super::environment::Environment;
use super::error::OtlpError;

/// Paths of PEM files, as they are set in code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TlsFiles {
    pub(super) authority: Option<PathBuf>,
    /// Certificate and key.
    pub(super) client: Option<(PathBuf, PathBuf)>,
}

/// The text of PEM files that hold what they should.
#[derive(Clone, Default)]
pub(super) struct Tls {
    authority: Option<Vec<u8>>,
    client: Option<Identity>,
}

#[derive(Clone)]
struct Identity {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Identity {
    /// Both, if they fit each other: clients panic where they do not.
    fn read(certificate: &File, key: &File) -> Result<Self, OtlpError> {
        let identity = Self { certificate: certificate.certificates()?, key: key.private_key()? };
        let chain = CertificateDer::pem_slice_iter(&identity.certificate).flatten().collect();
        let private = PrivateKeyDer::from_pem_slice(&identity.key).map_err(|_| key.wrong(NO_KEY))?;
        let fit = CertifiedKey::from_der(chain, private, &default_provider());
        fit.map_err(|error| key.wrong(&format!("does not fit {}: {error}", certificate.path.display())))?;
        Ok(identity)
    }
}

impl Tls {
    /// Reads the files set in code, or those of the environment.
    pub(super) fn read(environment: &Environment<'_>, set: &TlsFiles) -> Result<Self, OtlpError> {
        let authority = find(environment, set.authority.as_deref(), "ca_certificate", &AUTHORITY);
        let pair = set.client.as_ref();
        let certificate = find(environment, pair.map(|pair| &*pair.0), "client_certificate", &CERTIFICATE);
        let key = find(environment, pair.map(|pair| &*pair.1), "client_certificate", &KEY);
        let client = match (certificate, key) {
            (Some(certificate), Some(key)) => Some(Identity::read(&certificate, &key)?),
            (Some(alone), None) => return Err(alone.alone("the private key of it is not set")),
            (None, Some(alone)) => return Err(alone.alone("the certificate to it is not set")),
            (None, None) => None,
        };
        Ok(Self { authority: authority.map(|file| file.certificates()).transpose()?, client })
    }

    /// For HTTP.
    pub(super) fn for_ureq(&self) -> TlsConfig {
        let mut builder = TlsConfig::builder();
        if let Some(authority) = &self.authority {
            builder = builder.root_certs(RootCerts::new_with_certs(&certificates(authority)));
        }
        let client = self.client.as_ref().and_then(|client| {
            let key = PrivateKey::from_pem(&client.key).ok()?;
            Some(ClientCert::new_with_certs(&certificates(&client.certificate), key))
        });
        builder.client_cert(client).build()
    }

    /// For gRPC.
    #[cfg(feature = "grpc")]
    pub(super) fn for_tonic(&self) -> tonic::transport::ClientTlsConfig {
        use tonic::transport::{Certificate, ClientTlsConfig, Identity};

        let config = match &self.authority {
            Some(authority) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority)),
            None => ClientTlsConfig::new().with_enabled_roots(),
        };
        match &self.client {
            Some(client) => config.identity(Identity::from_pem(&client.certificate, &client.key)),
            None => config,
        }
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("authority", &self.authority.is_some())
            .field("client", &self.client.is_some())
            .finish()
    }
}

const NO_KEY: &str = "holds no private key in PEM form";
const AUTHORITY: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "OTEL_EXPORTER_OTLP_CERTIFICATE"];
const CERTIFICATE: [&str; 2] =
    ["OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"];
const KEY: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", "OTEL_EXPORTER_OTLP_CLIENT_KEY"];

/// A path, and who set it.
struct File {
    setting: &'static str,
    path: PathBuf,
}

fn find(
    environment: &Environment<'_>,
    set: Option<&Path>,
    setting: &'static str,
    names: &[&'static str],
) -> Option<File> {
    let given = set.map(|path| File { setting, path: path.to_owned() });
    given.or_else(|| {
        environment.first(names).map(|found| File { setting: found.name, path: found.value.into() })
    })
}

impl File {
    fn certificates(&self) -> Result<Vec<u8>, OtlpError> {
        let text = self.read()?;
        if certificates(&text).is_empty() {
            Err(self.wrong("holds no certificate in PEM form"))
        } else {
            Ok(text)
        }
    }

    fn private_key(&self) -> Result<Vec<u8>, OtlpError> {
        let text = self.read()?;
        PrivateKey::from_pem(&text).map_err(|_| self.wrong(NO_KEY))?;
        Ok(text)
    }

    fn read(&self) -> Result<Vec<u8>, OtlpError> {
        fs::read(&self.path).map_err(|error| self.wrong("cannot be read").caused_by(error))
    }

    fn wrong(&self, problem: &str) -> OtlpError {
        OtlpError::new(self.setting, format!("{} {problem}", self.path.display()))
    }

    fn alone(&self, problem: &str) -> OtlpError {
        OtlpError::new(self.setting, format!("{problem}: set both, or neither"))
    }
}

fn certificates(pem: &[u8]) -> Vec<Certificate<'static>> {
    let certificate = |item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    };
    parse_pem(pem).filter_map(certificate).collect()
}
