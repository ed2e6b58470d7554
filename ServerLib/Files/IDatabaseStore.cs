namespace ServerLib.Files;

/// <summary>An open database, as its <see cref="DatabaseThread{TStore}"/> uses it.</summary>
internal interface IDatabaseStore : IDisposable
{
    /// <summary>Begins a transaction.</summary>
    void Begin();

    /// <summary>Commits the transaction.</summary>
    /// <returns>Whether anything was written.</returns>
    bool Commit();

    /// <summary>Writes something that changes nothing, as part of the transaction. So a database that is not used is known to work again.</summary>
    void Probe();

    /// <summary>Prevents all further writes after a failure.</summary>
    void Freeze();
}
