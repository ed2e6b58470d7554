namespace ServerLib.Testing.Contracts;

/// <summary>The rules for the invitations of <see cref="IUserAdministration"/>.</summary>
internal static class InvitationRules
{
    private const int Racers = 12;

    public static async Task An_invitation_has_a_number_and_a_code_of_its_own(AccountScene scene)
    {
        DateTimeOffset now = scene.Time.GetUtcNow();
        (UserInvitation first, string firstCode) = await scene.Administration.InviteAsync();
        (UserInvitation second, string secondCode) = await scene.Administration.InviteAsync(TimeSpan.FromHours(1));
        Expect.Equal(new UserInvitation(first.Number, now, null, null), first, "An invitation that does not expire");
        Expect.Equal(new UserInvitation(second.Number, now, now.AddHours(1), null), second, "An invitation for an hour");
        Expect.That(first.Number != second.Number, $"Two invitations must not have the same number, {first.Number}.");
        Expect.That(firstCode.Length >= 16 && firstCode != secondCode, "Codes must be long, and each must be another one.");
        Expect.Sequence([first, second], await scene.Administration.ListInvitationsAsync(), "The invitations, the oldest first,");
    }

    public static async Task A_lifetime_must_be_positive(AccountScene scene)
    {
        foreach (TimeSpan lifetime in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromTicks(-1), TimeSpan.MinValue])
            await Expect.ThrowsAsync<ArgumentOutOfRangeException>(
                () => scene.Administration.InviteAsync(lifetime).AsTask(), $"InviteAsync({lifetime})");
        (_, string code) = await scene.Administration.InviteAsync(TimeSpan.MaxValue);
        Expect.Equal(true, await scene.Administration.IsInvitedAsync(code), "Whether an invitation with the longest lifetime can be used");
    }

    public static async Task An_invitation_registers_one_account(AccountScene scene)
    {
        (UserInvitation invitation, string code) = await scene.Administration.InviteAsync();
        Expect.Equal(true, await scene.Administration.IsInvitedAsync(code), "IsInvitedAsync");
        Expect.Equal(LoginCode.Ok, (await RegisterAsync(scene, "Ada", code)).Code, "The result of the registration");
        await scene.ExpectLoginAsync("ada", alias: "Ada");
        Expect.Equal(false, await scene.Administration.IsInvitedAsync(code), "IsInvitedAsync with a used code");
        Expect.Equal(LoginCode.Failure, (await RegisterAsync(scene, "bob", code)).Code, "The result with a used code");
        Expect.Equal(false, await scene.Database.HasUserAsync("bob"), "HasUserAsync after a registration that failed");
        Expect.Sequence([invitation with { TakenBy = "Ada" }], await scene.Administration.ListInvitationsAsync(), "The invitations");
    }

    public static async Task An_invitation_stays_unused_if_the_name_is_taken(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        (_, string code) = await scene.Administration.InviteAsync();
        Expect.Equal(LoginCode.Failure, (await RegisterAsync(scene, "ADA", code, "another")).Code, "The result for a name that is taken");
        await scene.ExpectLoginAsync("ada");
        Expect.Equal(true, await scene.Administration.IsInvitedAsync(code), "IsInvitedAsync after that");
        Expect.Equal(LoginCode.Ok, (await RegisterAsync(scene, "bob", code)).Code, "The result for a name that is free");
    }

    public static async Task An_invitation_expires(AccountScene scene)
    {
        (_, string code) = await scene.Administration.InviteAsync(TimeSpan.FromHours(1));
        scene.Time.Advance(TimeSpan.FromMinutes(59));
        Expect.Equal(true, await scene.Administration.IsInvitedAsync(code), "IsInvitedAsync before the invitation expires");
        scene.Time.Advance(TimeSpan.FromMinutes(1));
        Expect.Equal(false, await scene.Administration.IsInvitedAsync(code), "IsInvitedAsync when the invitation has expired");
        Expect.Equal(LoginCode.Failure, (await RegisterAsync(scene, "ada", code)).Code, "The result with an expired code");
        Expect.Equal(false, await scene.Database.HasUserAsync("ada"), "HasUserAsync after that");
    }

    public static async Task A_withdrawn_invitation_is_gone(AccountScene scene)
    {
        (UserInvitation invitation, string code) = await scene.Administration.InviteAsync();
        Expect.Equal(true, await scene.Administration.WithdrawInvitationAsync(invitation.Number), "WithdrawInvitationAsync");
        Expect.Equal(false, await scene.Administration.WithdrawInvitationAsync(invitation.Number), "The second WithdrawInvitationAsync");
        Expect.Equal(false, await scene.Administration.IsInvitedAsync(code), "IsInvitedAsync with a withdrawn code");
        Expect.Equal(LoginCode.Failure, (await RegisterAsync(scene, "ada", code)).Code, "The result with a withdrawn code");
        Expect.Equal(0, (await scene.Administration.ListInvitationsAsync()).Count, "The number of invitations");
        (UserInvitation next, _) = await scene.Administration.InviteAsync();
        Expect.That(
            next.Number != invitation.Number, "A number must not be used again, because the audit trail identifies invitations by it.");
    }

    public static async Task A_used_or_unknown_invitation_can_not_be_withdrawn(AccountScene scene)
    {
        (UserInvitation invitation, string code) = await scene.Administration.InviteAsync();
        await RegisterAsync(scene, "ada", code);
        foreach (long number in (long[])[invitation.Number, invitation.Number + 1, 0, -1, long.MinValue, long.MaxValue])
            Expect.Equal(false, await scene.Administration.WithdrawInvitationAsync(number), $"WithdrawInvitationAsync({number})");
        Expect.Equal(1, (await scene.Administration.ListInvitationsAsync()).Count, "The number of invitations");
    }

    public static async Task A_code_is_used_once_at_the_same_time(AccountScene scene)
    {
        (_, string code) = await scene.Administration.InviteAsync();
        LoginResult[] results = await AtOnce.RunAsync(Racers, i => RegisterAsync(scene, $"user{i}", code));
        int winners = results.Count(result => result.IsOk);
        Expect.That(
            winners == 1, $"{Racers} clients used the same code at once, and {winners} of them were registered. Exactly one must be.");
        string name = $"user{Array.FindIndex(results, result => result.IsOk)}";
        Expect.Sequence([name], await scene.ListAsync(), "The accounts");
        Expect.Equal(name, (await scene.Administration.ListInvitationsAsync()).Single().TakenBy, "TakenBy");
    }

    public static async Task A_name_is_registered_by_one_of_many_invitations(AccountScene scene)
    {
        var codes = new List<string>();
        for (int i = 0; i < Racers; i++)
            codes.Add((await scene.Administration.InviteAsync()).Code);
        LoginResult[] results = await AtOnce.RunAsync(Racers, i => RegisterAsync(scene, "ada", codes[i], $"password {i}"));
        Expect.Equal(1, results.Count(result => result.IsOk), "The number of registrations that succeeded");
        int winner = Array.FindIndex(results, result => result.IsOk);
        await scene.ExpectLoginAsync("ada", $"password {winner}");
        for (int i = 0; i < Racers; i++)
            Expect.Equal(i != winner, await scene.Administration.IsInvitedAsync(codes[i]), "Whether an invitation can be used after that");
    }

    public static async Task Any_text_can_be_sent_as_a_code(AccountScene scene)
    {
        (_, string code) = await scene.Administration.InviteAsync();
        string[] wrong = [.. AccountScene.OddTexts, code[..^1], code + "0", $" {code}", code + "\0", new string('0', code.Length)];
        foreach (string text in wrong)
        {
            Expect.Equal(false, await scene.Administration.IsInvitedAsync(text), $"IsInvitedAsync({Expect.Show(text)})");
            Expect.Equal(
                LoginCode.Failure, (await RegisterAsync(scene, "ada", text)).Code, $"The result with the code {Expect.Show(text)}");
        }

        Expect.Equal(LoginCode.Failure, (await RegisterAsync(scene, "ada", null)).Code, "The result without a code");
        Expect.Equal(false, await scene.Database.HasUserAsync("ada"), "HasUserAsync after that");
        foreach (string name in AccountScene.OddTexts.Where(name => !UserName.IsValid(name)))
            Expect.Equal(false, (await RegisterAsync(scene, name, code)).IsOk, $"Whether {Expect.Show(name)} can be registered");
        Expect.Equal(true, await scene.Administration.IsInvitedAsync(code), "IsInvitedAsync after that");
    }

    public static async Task A_canceled_call_throws_and_uses_no_invitation(AccountScene scene)
    {
        IUserAdministration accounts = scene.Administration;
        (UserInvitation invitation, string code) = await accounts.InviteAsync();
        await Expect.CanceledAsync(token => accounts.InviteAsync(cancellationToken: token).AsTask(), "InviteAsync");
        await Expect.CanceledAsync(token => accounts.WithdrawInvitationAsync(invitation.Number, token).AsTask(), "WithdrawInvitationAsync");
        await Expect.CanceledAsync(token => accounts.ListInvitationsAsync(token).AsTask(), "ListInvitationsAsync");
        await Expect.CanceledAsync(token => accounts.IsInvitedAsync(code, token).AsTask(), "IsInvitedAsync");
        var credentials = new Credentials("ada", AccountScene.Password) { Invitation = code };
        await Expect.CanceledAsync(token => accounts.CreateInvitedUserAsync(credentials, token).AsTask(), "CreateInvitedUserAsync");
        Expect.Sequence([invitation], await accounts.ListInvitationsAsync(), "The invitations after canceled calls");
        Expect.Equal(false, await scene.Database.HasUserAsync("ada"), "HasUserAsync after canceled calls");
    }

    private static ValueTask<LoginResult> RegisterAsync(AccountScene scene, string name, string? code, string password = AccountScene.Password) =>
        scene.Administration.CreateInvitedUserAsync(new Credentials(name, password, AccountScene.Address(1)) { Invitation = code });
}
