namespace ServerLib.Administration.Commands;

/// <summary>Lists the keys of an account.</summary>
internal sealed class KeysCommand(IUserKeys accounts, TimeProvider time) : IAdminCommand
{
    public string Name => "keys";

    public string Argument => "NAME";

    public string Summary => "list the keys of an account, and when each was last used";

    public string Example => "keys ada";

    public bool HasJson => true;

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string name = context.Argument;
        if (await accounts.GetKeysAsync(name, cancellationToken).ConfigureAwait(false) is not { } keys)
            return await context.NoSuchAccountAsync(name).ConfigureAwait(false);
        context.Data = keys;
        var table = new TextTable();
        foreach (UserKey key in keys)
        {
            string used = key.LastUsed is { } last ? $"last used {time.Show(last)}" : "never used";
            table.Add(key.Name, key.Fingerprint, $"added {time.Show(key.Added)}", used);
        }

        return await context.ListAsync(table, $"{name} has no keys").ConfigureAwait(false);
    }
}
