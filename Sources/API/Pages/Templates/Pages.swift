extension PageTemplates {
    /// `/`: what this server is, how it is, and what is said here.
    static let home = """
        {{<layout}}{{$content}}<h1>{{site}}</h1>
        <p>{{description}}</p>
        <p>Point an app for Mastodon at <code>{{domain}}</code>.</p>
        {{#signUp}}<p><a href="{{.}}">Sign up</a></p>
        {{/signUp}}<h2>How it is</h2>
        <table>
        <tr><th>Service</th><td>{{service}}</td></tr>
        {{#users}}<tr><th>Accounts</th><td>{{.}}</td></tr>
        {{/users}}{{#statuses}}<tr><th>Statuses</th><td>{{.}}</td></tr>
        {{/statuses}}{{#rate}}<tr><th>Posted</th><td>{{.}}</td></tr>
        {{/rate}}{{#lanes}}<tr><th>Timelines, {{lane}} lane</th><td>{{state}}</td></tr>
        {{/lanes}}</table>
        <h2>Public timeline</h2>
        {{#stale}}<p class="note">Behind: {{.}}</p>
        {{/stale}}{{#entries}}{{>status}}{{/entries}}{{^entries}}<p>Nobody has said anything yet.</p>
        {{/entries}}{{#older}}<p><a rel="next" href="{{.}}">Older</a></p>
        {{/older}}{{/content}}{{/layout}}
        """

    /// `/@name`
    static let account = """
        {{<layout}}{{$content}}<h1>{{name}}</h1>
        <p class="by">@{{username}}@{{domain}}</p>
        {{{note}}}
        <p class="by">{{posts}} statuses, {{following}} following, {{followers}} followers, here since {{since}}.
        <a href="{{feed}}">Atom feed</a></p>
        {{#stale}}<p class="note">Behind: {{.}}</p>
        {{/stale}}{{#entries}}{{>status}}{{/entries}}{{^entries}}<p>Nothing public here.</p>
        {{/entries}}{{#older}}<p><a rel="next" href="{{.}}">Older</a></p>
        {{/older}}{{/content}}{{/layout}}
        """

    /// `/@name/id`
    static let thread = """
        {{<layout}}{{$content}}{{#replyTo}}<p class="note"><a href="{{.}}">In reply to</a></p>
        {{/replyTo}}{{#entries}}{{>status}}{{/entries}}{{/content}}{{/layout}}
        """

    /// Statuses under a heading.
    static let list = """
        {{<layout}}{{$content}}<h1>{{heading}}</h1>
        {{#stale}}<p class="note">Behind: {{.}}</p>
        {{/stale}}{{#entries}}{{>status}}{{/entries}}{{^entries}}<p>Nothing public here.</p>
        {{/entries}}{{#older}}<p><a rel="next" href="{{.}}">Older</a></p>
        {{/older}}{{/content}}{{/layout}}
        """
}
