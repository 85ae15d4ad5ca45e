//! Programs from the Python package index, each in a virtual environment below the build output, where nobody's own Python is touched.

use std::path::{Path, PathBuf};

use crate::process::{Call, target};

/// A virtual environment with one package.
#[derive(Debug)]
pub(crate) struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// Whether there is a Python that can make one.
    pub(crate) fn possible() -> bool {
        Call::new("python3 -c").arg("import ensurepip, venv").works()
    }

    /// The environment with this version of a package, installed once.
    pub(crate) fn with(package: &str, version: &str) -> Result<Self, String> {
        let venv = Self { folder: target().join("tools").join(package) };
        let installed =
            format!("import importlib.metadata as m, sys; sys.exit(m.version('{package}') != '{version}')");
        if venv.python().arg("-c").arg(installed).works() {
            return Ok(venv);
        }
        println!("installing {package} {version}, once");
        Call::new("python3 -m venv --clear").arg(&venv.folder).run()?;
        let pip = venv.python().arg("-m").arg("pip").arg("install").arg("--quiet");
        pip.arg("--disable-pip-version-check").arg(format!("{package}=={version}")).run()?;
        Ok(venv)
    }

    /// A call of its Python.
    pub(crate) fn python(&self) -> Call {
        Call::program(self.program("python"), "")
    }

    /// A program of its package.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }

    /// The folder of a module.
    pub(crate) fn module(&self, name: &str) -> Result<PathBuf, String> {
        let script = format!("import {name}, os; print(os.path.dirname({name}.__file__))");
        let folder = self.python().arg("-c").arg(script).output()?;
        Ok(Path::new(folder.trim()).to_path_buf())
    }
}
