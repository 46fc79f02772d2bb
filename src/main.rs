//! Starts poolpass.

fn main() -> std::process::ExitCode {
    let settings = poolpass::config::Settings::default();
    let effects = poolpass::effects::Effects::system();
    let listeners = poolpass::server::Listeners::bind(&settings).unwrap();
    let app = poolpass::app::App::build(&settings, &effects, listeners.port()).unwrap();
    actix_web::rt::System::new().block_on(async move {
        let (server, _handle) = listeners.serve(&app, settings.workers).unwrap();
        server.await.unwrap();
    });
    std::process::ExitCode::SUCCESS
}
