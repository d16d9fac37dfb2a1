extension PageTemplates {
    /// `/oauth/authorize`: sign in and let an application in.
    static let authorize = """
        {{<layout}}{{$content}}<h1>Let {{application}} in?</h1>
        {{#problem}}<p class="problem" role="alert">{{.}}</p>
        {{/problem}}<p>The application <b>{{application}}</b> asks for access to your account at {{domain}}. It could:</p>
        <ul>
        {{#scopes}}<li>{{words}} <code>{{name}}</code></li>
        {{/scopes}}</ul>
        {{#target}}<p class="note">Afterwards you are sent to {{.}}.</p>
        {{/target}}<form method="post" action="{{action}}">
        {{#fields}}<input type="hidden" name="{{name}}" value="{{value}}">
        {{/fields}}<p><label for="username">E-mail address or username</label>
        <input id="username" name="username" value="{{username}}" autocomplete="username" autocapitalize="none" required></p>
        <p><label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required></p>
        <p><button name="decision" value="allow">Sign in and allow</button>
        <button name="decision" value="deny" formnovalidate>Deny</button></p>
        </form>
        {{/content}}{{/layout}}
        """

    /// `/sign-up`
    static let signUp = """
        {{<layout}}{{$content}}<h1>Sign up</h1>
        {{#problems}}<p class="problem" role="alert">{{.}}</p>
        {{/problems}}{{#approval}}<p>The people who run this server look at every new account before it can be used.</p>
        {{/approval}}<form method="post" action="{{action}}">
        <input type="hidden" name="form" value="{{form}}">
        <p><label for="username">Username</label>
        <input id="username" name="username" value="{{username}}" maxlength="30" autocomplete="username"
        autocapitalize="none" required></p>
        <p><label for="email">E-mail address</label>
        <input id="email" name="email" type="email" value="{{email}}" autocomplete="email" required></p>
        <p><label for="password">Password, at least 8 characters</label>
        <input id="password" name="password" type="password" minlength="8" autocomplete="new-password" required></p>
        {{#approval}}<p><label for="reason">Why do you want to join?</label>
        <textarea id="reason" name="reason" rows="3" maxlength="2000">{{reason}}</textarea></p>
        {{/approval}}<p><label><input class="box" name="agreement" type="checkbox" value="true" required> I will keep to the rules of
        {{domain}}</label></p>
        <p><button>Sign up</button></p>
        </form>
        {{/content}}{{/layout}}
        """

    /// The code, for an application that has no address of its own.
    static let code = """
        {{<layout}}{{$content}}<h1>Authorization code</h1>
        <p>Copy this code and paste it into {{application}}. It works once, within ten minutes.</p>
        <p><code class="code" id="code">{{code}}</code></p>
        {{/content}}{{/layout}}
        """
}
