namespace ServerLib.Files;

/// <summary>
/// A file that shows that accounts exist. Without it, a missing database would be opened as an empty one, and any client could register the
/// name of any user.
/// </summary>
/// <param name="folder">The data folder.</param>
internal sealed class AccountsMarker(string folder)
{
    public const string FileName = "users.marker";

    private readonly string _path = Path.Combine(folder, FileName);

    public bool Exists => File.Exists(_path);

    /// <summary>Writes the file to disk if it does not exist.</summary>
    public void Write()
    {
        if (Exists)
            return;
        using var file = new FileStream(_path, OwnerOnly.File(FileMode.OpenOrCreate, FileShare.Read));
        file.Write("""
            There are accounts in the database users.db beside this file. While this file exists, the server does not start without
            them: anyone could take anyone's name. Delete it to start afresh on purpose.

            """u8);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Deletes the file after the last account was removed.</summary>
    public void Delete() => File.Delete(_path);

    /// <summary>Creates the exception that says why the server can't start, and what to do.</summary>
    /// <param name="what">The problem with the database.</param>
    public ServerLibException Refuse(string what) => new(
        $"{what}, but accounts existed: '{_path}' says so. To go on with them, stop the server and restore users.db (with users-log.db, "
        + $"if the backup has one) from a backup into '{folder}'. To start afresh on purpose, without any account, delete '{_path}'.");
}
