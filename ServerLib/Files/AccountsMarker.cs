namespace ServerLib.Files;

/// <summary>
/// A file that says that accounts existed. A database that is gone would open as an empty one, in which anyone could take anyone's
/// name.
/// </summary>
/// <param name="folder">The data folder.</param>
internal sealed class AccountsMarker(string folder)
{
    public const string FileName = "users.marker";

    private readonly string _path = Path.Combine(folder, FileName);

    public bool Exists => File.Exists(_path);

    /// <summary>Writes it through to the disk, where it isn't yet.</summary>
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

    /// <summary>Deletes it, when the last account has been removed on purpose.</summary>
    public void Delete() => File.Delete(_path);

    /// <summary>Why the server can't start, and what to do.</summary>
    /// <param name="what">What is wrong with the database.</param>
    public ServerLibException Refuse(string what) => new(
        $"{what}, but accounts existed: '{_path}' says so. To go on with them, stop the server and restore users.db (with users-log.db, "
        + $"if the backup has one) from a backup into '{folder}'. To start afresh on purpose, without any account, delete '{_path}'.");
}
