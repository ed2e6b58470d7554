using System.CommandLine;

namespace ServerLib.Administration.Commands;

/// <summary>Lists the keys of an account.</summary>
internal sealed class UserKeyListCommand : AdminCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The account" };

    public UserKeyListCommand()
        : base("user key list", "Lists the keys of an account, and when each was last used", CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_name);
        IsAudited = false;
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string name = request.Get(_name)!;
        if (await request.Service<IUserKeys>().GetKeysAsync(name, cancellationToken).ConfigureAwait(false) is not { } keys)
            return request.NoSuchAccount(name);
        request.Data = keys;
        var table = new AdminTable("NAME", "FINGERPRINT", "ADDED", "LAST USED");
        foreach (UserKey key in keys)
            table.Add(key.Name, key.Fingerprint, request.Show(key.Added), key.LastUsed is { } last ? request.Show(last) : "never");
        return request.List(table, $"{name} has no keys");
    }
}
