//! nginx as Debian packages it (`apt-get install -y nginx-light`): the constant behind the proxies, and the yardstick of
//! a proxy. Each instance has a folder, a port and a configuration of its own, and ends with the benchmark.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command};

use crate::process::cpu_of;

/// A running nginx.
pub(crate) struct Nginx {
    master: Child,
    folder: PathBuf,
    pub(crate) port: u16,
}

impl Nginx {
    /// Answers everything with the same two bytes.
    pub(crate) fn constant() -> Self {
        Self::start("location / { default_type text/plain; return 200 ok; }", "")
    }

    /// Passes everything on to this port, over connections that it keeps.
    pub(crate) fn proxy(to: u16) -> Self {
        Self::start(
            "location / { proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection ''; }",
            &format!("upstream behind {{ server 127.0.0.1:{to}; keepalive 64; keepalive_requests 1000000000; }}"),
        )
    }

    fn start(location: &str, more: &str) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
        let port = free.port();
        let folder = std::env::temp_dir().join(format!("poolpass-nginx-{}-{port}", std::process::id()));
        fs::create_dir_all(&folder).expect("the temporary folder is writable");
        let workers = poolpass::app::cores();
        let configuration = format!(
            "daemon off; worker_processes {workers}; pid nginx.pid; error_log error.log;\n\
             events {{ worker_connections 1024; }}\n\
             http {{\n\
             access_log off; keepalive_requests 1000000000; tcp_nodelay on;\n\
             client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c; uwsgi_temp_path d; scgi_temp_path e;\n\
             {more}\n\
             server {{ listen 127.0.0.1:{port} reuseport; {location} }}\n\
             }}\n"
        );
        fs::write(folder.join("nginx.conf"), configuration).expect("the folder is ours");
        let mut command = Command::new("nginx");
        command.args(["-e", "error.log", "-c", "nginx.conf", "-p"]).arg(&folder);
        let master = command.spawn().expect("nginx is installed: apt-get install -y nginx-light");
        Self { master, folder, port }
    }

    /// User and system time of all its processes so far, in seconds.
    pub(crate) fn cpu(&self) -> f64 {
        let master = self.master.id();
        let children = fs::read_to_string(format!("/proc/{master}/task/{master}/children")).expect("it runs");
        let workers = children.split_whitespace().filter_map(|worker| worker.parse().ok());
        cpu_of(master) + workers.map(cpu_of).sum::<f64>()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // The master tells its workers to end; killing it would leave them behind.
        let stopped = Command::new("kill").arg(self.master.id().to_string()).status();
        if !stopped.is_ok_and(|status| status.success()) {
            let _already_gone = self.master.kill();
        }
        let _reaped = self.master.wait();
        let _not_ours_any_more = fs::remove_dir_all(&self.folder);
    }
}
