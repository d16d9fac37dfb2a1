import Assembly

@main
struct StatuscastRoute {
    static func main() { LaterRole.refuse("statuscast-route", "instant messaging, e-mail, webhooks and web push") }
}
