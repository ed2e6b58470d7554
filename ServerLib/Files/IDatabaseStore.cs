namespace ServerLib.Files;

/// <summary>An open database, as its <see cref="DatabaseThread{TStore}"/> handles it.</summary>
internal interface IDatabaseStore : IDisposable
{
    /// <summary>Begins a transaction.</summary>
    void Begin();

    /// <summary>Ends it; what it did is kept from then on.</summary>
    /// <returns>Whether anything was written.</returns>
    bool Commit();

    /// <summary>Keeps anything more from being written, after a failure.</summary>
    void Freeze();
}
