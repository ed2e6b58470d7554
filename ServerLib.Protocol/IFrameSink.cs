namespace ServerLib.Protocol;

/// <summary>Receives the frames that a protocol writes.</summary>
internal interface IFrameSink
{
    /// <summary>Writes one whole frame. Copies what it keeps.</summary>
    SendOutcome Write(ReadOnlySpan<byte> frame) => Write(frame, default);

    /// <summary>Writes one whole frame that is in two parts. Copies what it keeps.</summary>
    SendOutcome Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body);
}
