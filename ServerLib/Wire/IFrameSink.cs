namespace ServerLib.Wire;

/// <summary>Takes frames on their way out.</summary>
internal interface IFrameSink
{
    /// <summary>Takes one whole frame; copies what it keeps.</summary>
    SendOutcome Write(ReadOnlySpan<byte> frame);
}
