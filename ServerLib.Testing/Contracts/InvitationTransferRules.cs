using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ServerLib.Testing.Contracts;

/// <summary>The rules for <see cref="IInvitationTransfer"/>.</summary>
internal static class InvitationTransferRules
{
    private const int Racers = 12;

    // More than a database is likely to read or write at a time.
    private const int Many = 250;

    public static async Task An_invitation_is_read_with_the_hash_of_its_code(AccountScene scene)
    {
        DateTimeOffset now = scene.Time.GetUtcNow();
        (UserInvitation open, string code) = await scene.Administration.InviteAsync(TimeSpan.FromHours(1));
        InvitationRecord expected = new() { Number = open.Number, CodeHash = HashOf(code), CreatedAt = now, ExpiresAt = now.AddHours(1) };
        Expect.Sequence([expected], await ReadAllAsync(scene), "The invitations");
        Expect.Equal(
            open.Number, BinaryPrimitives.ReadUInt32BigEndian(Convert.FromHexString(code)), "The number in the first four bytes of the code");
        scene.Time.Advance(TimeSpan.FromMinutes(1));
        await RegisterAsync(scene, "Ada", code);
        Expect.Sequence([expected with { TakenBy = "Ada", TakenAt = now.AddMinutes(1) }], await ReadAllAsync(scene), "The invitations after its use");
    }

    public static async Task An_added_invitation_registers_one_account(AccountScene scene)
    {
        (InvitationRecord invitation, string code) = Create(7);
        await AddAsync(scene, invitation);
        Expect.Sequence([invitation], await ReadAllAsync(scene), "The invitations");
        Expect.Equal(true, await scene.Administration.IsInvitedAsync(code), "IsInvitedAsync");
        Expect.Equal(LoginCode.Ok, await RegisterAsync(scene, "ada", code), "The result of the registration");
        Expect.Equal(LoginCode.Failure, await RegisterAsync(scene, "bob", code), "The result of a second registration");
    }

    public static async Task Used_and_expired_invitations_stay_used_and_expired(AccountScene scene)
    {
        (InvitationRecord used, string usedCode) = Create(3);
        (InvitationRecord expired, string expiredCode) = Create(4);
        used = used with { TakenBy = "Zo\u00eb", TakenAt = AccountContract.Start.AddHours(-1) };
        expired = expired with { ExpiresAt = AccountContract.Start.AddMinutes(-1) };
        await AddAsync(scene, used, expired);
        Expect.Sequence([used, expired], await ReadAllAsync(scene), "The invitations");
        Expect.Equal(false, await scene.Administration.IsInvitedAsync(usedCode), "IsInvitedAsync with a used code");
        Expect.Equal(false, await scene.Administration.IsInvitedAsync(expiredCode), "IsInvitedAsync with an expired code");
        Expect.Sequence(
            [(3L, "Zo\u00eb"), (4L, null)],
            (await scene.Administration.ListInvitationsAsync()).Select(invitation => (invitation.Number, invitation.TakenBy)),
            "The numbers and users of the invitations");
    }

    public static async Task An_existing_invitation_is_never_changed(AccountScene scene)
    {
        (InvitationRecord invitation, string code) = Create(5);
        await AddAsync(scene, invitation);
        await RegisterAsync(scene, "ada", code);
        IReadOnlyList<InvitationRecord> before = await ReadAllAsync(scene);
        IReadOnlyList<InvitationAddition> results = await scene.InvitationTransfer.AddInvitationsAsync([invitation, Create(5).Invitation]);
        Expect.Equal(new InvitationAddition(false), results[0], "The result for the same invitation");
        Expect.That(results[1] is { IsAdded: false, Problem: not null }, $"The result for another invitation with its number is {results[1]}.");
        Expect.Sequence(before, await ReadAllAsync(scene), "The invitations");
        Expect.Equal(false, await scene.Administration.IsInvitedAsync(code), "IsInvitedAsync with the used code");
    }

    public static async Task A_number_that_was_used_is_not_used_again(AccountScene scene)
    {
        (UserInvitation withdrawn, _) = await scene.Administration.InviteAsync();
        await scene.Administration.WithdrawInvitationAsync(withdrawn.Number);
        (InvitationRecord again, string code) = Create(withdrawn.Number);
        InvitationAddition result = (await scene.InvitationTransfer.AddInvitationsAsync([again]))[0];
        Expect.That(result is { IsAdded: false, Problem: not null }, $"The result for the number of a withdrawn invitation is {result}.");
        Expect.Equal(false, await scene.Administration.IsInvitedAsync(code), "IsInvitedAsync");
    }

    public static async Task Later_invitations_have_higher_numbers(AccountScene scene)
    {
        await AddAsync(scene, Create(40).Invitation);
        (UserInvitation first, string code) = await scene.Administration.InviteAsync();
        Expect.That(first.Number > 40, $"After invitation 40, an invitation must have a higher number than {first.Number}.");
        Expect.Equal(true, await scene.Administration.IsInvitedAsync(code), "IsInvitedAsync with its code");
        await scene.InvitationTransfer.AddInvitationsAsync([], lastNumber: 900);
        await scene.InvitationTransfer.AddInvitationsAsync([], lastNumber: 100);
        (UserInvitation second, _) = await scene.Administration.InviteAsync();
        Expect.That(second.Number > 900, $"After number 900 was used, an invitation must have a higher number than {second.Number}.");
        InvitationPage page = await scene.InvitationTransfer.ReadInvitationsAsync(10);
        Expect.Equal(second.Number, page.LastNumber, "LastNumber");
        await scene.Administration.WithdrawInvitationAsync(second.Number);
        Expect.Equal(second.Number, (await scene.InvitationTransfer.ReadInvitationsAsync(10)).LastNumber, "LastNumber after that is withdrawn");
    }

    public static async Task An_invitation_that_is_not_valid_is_refused_and_the_others_are_added(AccountScene scene)
    {
        (InvitationRecord good, _) = Create(2);
        InvitationRecord[] invitations =
        [
            good with { Number = 0 },
            good,
            good with { Number = 3, CodeHash = "" },
            good with { Number = 4, CodeHash = new string('g', good.CodeHash.Length) },
            good with { Number = 5, TakenBy = "ada" },
            good with { Number = InvitationRecord.MaxNumber + 1 },
            Create(6).Invitation,
        ];
        IReadOnlyList<InvitationAddition> results = await scene.InvitationTransfer.AddInvitationsAsync(invitations);
        Expect.Equal(invitations.Length, results.Count, "The number of results");
        foreach ((InvitationRecord invitation, InvitationAddition result) in invitations.Zip(results))
        {
            bool isGood = invitation.Number is 2 or 6;
            Expect.That(result.IsAdded == isGood && result.Problem is null == isGood, $"The result for invitation {invitation.Number} is {result}.");
        }

        Expect.Sequence([2L, 6L], (await ReadAllAsync(scene)).Select(invitation => invitation.Number), "The numbers");
        foreach (long last in (long[])[-1, InvitationRecord.MaxNumber + 1])
            await Expect.ThrowsAsync<ArgumentOutOfRangeException>(
                () => scene.InvitationTransfer.AddInvitationsAsync([], last).AsTask(), $"AddInvitationsAsync with the last number {last}");
    }

    public static async Task Many_invitations_are_read_in_pages(AccountScene scene)
    {
        InvitationRecord[] many = [.. Enumerable.Range(1, Many).Select(number => Create(2 * number).Invitation)];
        await AddAsync(scene, many);
        foreach (int count in (int[])[1, 7, 100, Many + 1, int.MaxValue])
            Expect.Sequence(many, await ReadAllAsync(scene, count), $"The invitations in pages of {count}");
        await Expect.ThrowsAsync<ArgumentException>(() => scene.InvitationTransfer.ReadInvitationsAsync(0).AsTask(), "ReadInvitationsAsync of none");
    }

    public static async Task The_pages_of_no_invitations_are_empty(AccountScene scene)
    {
        InvitationPage page = await scene.InvitationTransfer.ReadInvitationsAsync(10);
        Expect.Equal((0, true, 0), (page.Invitations.Count, page.IsLast, page.LastNumber), "The number of invitations, IsLast and LastNumber");
        Expect.Equal(0, (await scene.InvitationTransfer.AddInvitationsAsync([])).Count, "The number of results for no invitations");
    }

    public static async Task An_invitation_is_added_once_at_the_same_time(AccountScene scene)
    {
        (InvitationRecord invitation, _) = Create(1);
        IReadOnlyList<InvitationAddition>[] results = await AtOnce.RunAsync(
            Racers, _ => scene.InvitationTransfer.AddInvitationsAsync([invitation]));
        int added = results.Count(result => result[0].IsAdded);
        Expect.That(added == 1, $"{Racers} calls added the same invitation at once, and {added} of them did. Exactly one must.");
        Expect.Sequence([invitation], await ReadAllAsync(scene), "The invitations");
    }

    public static async Task A_canceled_call_throws_and_changes_nothing(AccountScene scene)
    {
        IInvitationTransfer transfer = scene.InvitationTransfer;
        await Expect.CanceledAsync(
            token => transfer.AddInvitationsAsync([Create(1).Invitation], 5, token).AsTask(), "AddInvitationsAsync");
        await Expect.CanceledAsync(token => transfer.ReadInvitationsAsync(1, 0, token).AsTask(), "ReadInvitationsAsync");
        Expect.Sequence([], await ReadAllAsync(scene), "The invitations after canceled calls");
    }

    /// <summary>An invitation with a code as every database creates it.</summary>
    private static (InvitationRecord Invitation, string Code) Create(long number)
    {
        byte[] code = RandomNumberGenerator.GetBytes(20);
        BinaryPrimitives.WriteUInt32BigEndian(code, (uint)number);
        string text = Convert.ToHexStringLower(code);
        return (new InvitationRecord { Number = number, CodeHash = HashOf(text), CreatedAt = AccountContract.Start.AddDays(-1) }, text);
    }

    private static string HashOf(string code) => Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(code)));

    private static async Task<LoginCode> RegisterAsync(AccountScene scene, string name, string code) => (await scene.Administration
        .CreateInvitedUserAsync(new Credentials(name, AccountScene.Password, AccountScene.Address(1)) { Invitation = code })).Code;

    private static async Task AddAsync(AccountScene scene, params InvitationRecord[] invitations) => Expect.Sequence(
        invitations.Select(_ => new InvitationAddition(true)),
        await scene.InvitationTransfer.AddInvitationsAsync(invitations),
        "The results of AddInvitationsAsync");

    private static async Task<IReadOnlyList<InvitationRecord>> ReadAllAsync(AccountScene scene, int count = 100)
    {
        List<InvitationRecord> all = [];
        InvitationPage page;
        do
        {
            page = await scene.InvitationTransfer.ReadInvitationsAsync(count, all.Count == 0 ? 0 : all[^1].Number);
            Expect.That(page.Invitations.Count <= count, $"A page of at most {count} invitations has {page.Invitations.Count}.");
            all.AddRange(page.Invitations);
        }
        while (!page.IsLast && page.Invitations.Count > 0);
        return all;
    }
}
