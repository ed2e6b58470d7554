namespace ServerLib.Protocol;

/// <summary>Takes frames on their way out.</summary>
internal interface IFrameSink
{
    /// <summary>Takes one whole frame; copies what it keeps.</summary>
    SendOutcome Write(ReadOnlySpan<byte> frame) => Write(frame, default);

    /// <summary>Takes one whole frame that lies in two parts; copies what it keeps.</summary>
    SendOutcome Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body);
}
