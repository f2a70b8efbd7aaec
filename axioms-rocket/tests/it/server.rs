//! A rocket on a real socket.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc;
use std::thread;

use rocket::config::{Config, LogLevel};
use rocket::fairing::AdHoc;
use rocket::tokio::runtime::Runtime;
use rocket::{Build, Rocket};

/// A rocket that logs nothing and listens on a free port.
pub(crate) fn quiet() -> Rocket<Build> {
    let address = Ipv4Addr::LOCALHOST.into();
    rocket::custom(Config { address, port: 0, log_level: LogLevel::Off, ..Config::debug_default() })
}

/// Launches a rocket, which runs until the test process ends.
pub(crate) fn launch(rocket: Rocket<Build>) -> SocketAddr {
    let (sender, receiver) = mpsc::channel();
    let rocket = rocket.attach(AdHoc::on_liftoff("port", move |rocket| {
        Box::pin(async move { sender.send(rocket.config().port).expect("the test waits for the port") })
    }));
    let runtime = Runtime::new().expect("a runtime");
    thread::spawn(move || drop(runtime.block_on(rocket.launch())));
    (Ipv4Addr::LOCALHOST, receiver.recv().expect("the rocket launches")).into()
}
