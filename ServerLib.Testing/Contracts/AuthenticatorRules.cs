namespace ServerLib.Testing.Contracts;

/// <summary>The rules for <see cref="IAuthenticator"/>.</summary>
internal static class AuthenticatorRules
{
    private const int Racers = 16;

    public static async Task The_right_password_logs_in(AuthenticatorScene scene)
    {
        LoginResult first = await scene.TryAsync(scene.UserName, scene.Password);
        Expect.Equal(LoginCode.Ok, first.Code, "The result with the right password");
        string alias = Expect.NotNull(first.Alias, "LoginResult.Alias");
        Expect.That(
            UserName.IsValid(alias),
            $"LoginResult.Alias is {Expect.Show(alias)}, which is not a valid name. UserName.IsValid says which names are.");
        LoginResult again = await scene.TryAsync(scene.UserName, scene.Password);
        Expect.Equal(alias, again.Alias, "LoginResult.Alias of the second login");
    }

    public static async Task A_wrong_password_fails(AuthenticatorScene scene)
    {
        string[] wrongs = [scene.WrongPassword, $" {scene.Password}", $"{scene.Password}\0", scene.UserName, new string('x', 10_000)];
        foreach (string wrong in wrongs)
            Expect.Equal(LoginCode.Failure, (await scene.TryAsync(scene.UserName, wrong)).Code, $"The result with {Expect.Show(wrong)}");
        Expect.Equal(
            LoginCode.Ok, (await scene.TryAsync(scene.UserName, scene.Password)).Code, "The result with the right password after that");
    }

    /// <summary>Some directories treat a login without a password as one of nobody, and let it pass.</summary>
    public static async Task An_empty_password_does_not_log_in(AuthenticatorScene scene)
    {
        Expect.Equal(false, (await scene.TryAsync(scene.UserName, "")).IsOk, "Whether an empty password logs in");
        Expect.Equal(
            false, (await scene.TryAsync(AuthenticatorScene.UnknownName, "")).IsOk,
            "Whether an unknown name with an empty password logs in");
    }

    public static async Task An_unknown_name_does_not_log_in_unless_it_may_be_registered(AuthenticatorScene scene)
    {
        LoginResult result = await scene.TryAsync(AuthenticatorScene.UnknownName, "a password");
        Expect.Equal(false, result.IsOk, "Whether an unknown name logs in although MayRegister is false");
        LoginResult confirmation = await scene.Authenticator.AuthenticateAsync(
            new Credentials(AuthenticatorScene.UnknownName, "a password", AuthenticatorScene.Address) { IsConfirmation = true });
        Expect.Equal(false, confirmation.IsOk, "Whether an unknown name is accepted when a user confirms the password");
        result = await scene.TryAsync(AuthenticatorScene.UnknownName, "a password");
        Expect.Equal(false, result.IsOk, "Whether the attempts before have registered the name");
    }

    public static async Task An_unknown_name_and_a_wrong_password_get_the_same_answer(AuthenticatorScene scene)
    {
        LoginResult wrong = await scene.TryAsync(scene.UserName, scene.WrongPassword);
        LoginResult unknown = await scene.TryAsync(AuthenticatorScene.UnknownName, scene.WrongPassword);
        Expect.Equal(wrong.Code, unknown.Code, "The code for an unknown name, which must be that for a wrong password,");
        Expect.Equal(wrong.Text, unknown.Text, "The text for an unknown name, which must be that for a wrong password,");
        Expect.Equal(wrong.RetryAfter, unknown.RetryAfter, "RetryAfter for an unknown name, which must be that for a wrong password,");
    }

    public static async Task A_user_confirms_the_password(AuthenticatorScene scene)
    {
        Expect.Equal(LoginCode.Ok, (await ConfirmAsync(scene.Password)).Code, "The result with the right password");
        Expect.Equal(false, (await ConfirmAsync(scene.WrongPassword)).IsOk, "Whether a wrong password is accepted");

        ValueTask<LoginResult> ConfirmAsync(string password) => scene.Authenticator.AuthenticateAsync(
            new Credentials(scene.UserName, password, AuthenticatorScene.Address) { IsConfirmation = true });
    }

    public static async Task An_unknown_or_unproven_key_does_not_log_in(AuthenticatorScene scene)
    {
        foreach (string name in (string[])[scene.UserName, AuthenticatorScene.UnknownName])
        {
            foreach (byte[] key in (byte[][])[[], TestKey.Create(1)])
            {
                LoginResult result = await scene.Authenticator.AuthenticateAsync(
                    new Credentials(name, "", AuthenticatorScene.Address) { IsByKey = true, ProvenKey = key });
                Expect.Equal(
                    false, result.IsOk,
                    $"Whether {Expect.Show(name)} logs in by key with {(key.Length == 0 ? "no key" : "an unknown key")}");
            }
        }
    }

    public static async Task A_ticket_logs_in_to_its_own_account_only(AuthenticatorScene scene)
    {
        string alias = (await scene.TryAsync(scene.UserName, scene.Password)).Alias ?? scene.UserName;
        var ticket = new LoginTicket(alias, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
        LoginResult result = await scene.Authenticator.AuthenticateAsync(
            new Credentials(alias, "", AuthenticatorScene.Address) { Ticket = ticket, MayRegister = false });
        if (result.IsOk)
            Expect.Equal(alias, result.Alias, "LoginResult.Alias of a login by ticket");
    }

    public static async Task Another_spelling_of_the_name_is_the_same_account(AuthenticatorScene scene)
    {
        LoginResult known = await scene.TryAsync(scene.UserName, scene.Password);
        foreach (string spelling in (string[])[scene.UserName.ToUpperInvariant(), scene.UserName.ToLowerInvariant()])
        {
            LoginResult result = await scene.TryAsync(spelling, scene.Password);
            if (result.IsOk)
                Expect.Equal(known.Alias, result.Alias, $"LoginResult.Alias of a login as {Expect.Show(spelling)}");
        }
    }

    public static async Task Any_text_can_be_sent(AuthenticatorScene scene)
    {
        foreach (string text in AccountScene.OddTexts)
        {
            Expect.Equal(false, (await scene.TryAsync(text, "a password")).IsOk, $"Whether the name {Expect.Show(text)} logs in");
            Expect.Equal(false, (await scene.TryAsync(text, text)).IsOk, $"Whether the name and password {Expect.Show(text)} log in");
            Expect.Equal(false, (await scene.TryAsync(scene.UserName, text)).IsOk, $"Whether the password {Expect.Show(text)} logs in");
        }
    }

    public static async Task Logins_at_the_same_time_do_not_affect_each_other(AuthenticatorScene scene)
    {
        LoginResult[] results = await AtOnce.RunAsync(Racers, i => (i % 3) switch
        {
            0 => scene.TryAsync(scene.UserName, scene.Password),
            1 => scene.TryAsync(scene.UserName, scene.WrongPassword),
            _ => scene.TryAsync(AuthenticatorScene.UnknownName, scene.Password),
        });
        for (int i = 0; i < Racers; i++)
            Expect.Equal(
                i % 3 == 0, results[i].IsOk,
                $"Whether login {i} is Ok ({(i % 3) switch { 0 => "right", 1 => "wrong password", _ => "unknown name" }})");
    }

    public static async Task A_name_is_registered_once_at_most_at_the_same_time(AuthenticatorScene scene)
    {
        LoginResult[] results = await AtOnce.RunAsync(Racers, i => scene.Authenticator.AuthenticateAsync(
            new Credentials("newcomer", $"a long password {i}", AuthenticatorScene.Address)));
        int winners = results.Count(result => result.IsOk);
        Expect.That(
            winners <= 1,
            $"{Racers} clients registered the same name with different passwords at once, and {winners} of them got Ok. At most one may.");
        for (int i = 0; i < Racers; i++)
        {
            bool isIn = (await scene.TryAsync("newcomer", $"a long password {i}")).IsOk;
            Expect.Equal(results[i].IsOk, isIn, $"Whether the password of client {i} logs in after that");
        }
    }

    public static async Task A_canceled_call_throws(AuthenticatorScene scene)
    {
        var credentials = new Credentials(scene.UserName, scene.Password, AuthenticatorScene.Address);
        await Expect.CanceledAsync(token => scene.Authenticator.AuthenticateAsync(credentials, token).AsTask(), "AuthenticateAsync");
    }
}
