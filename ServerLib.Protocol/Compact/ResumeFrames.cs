namespace ServerLib.Protocol;

/// <summary>The frame with which a client resumes a session, and its refusal.</summary>
internal static class ResumeFrames
{
    /// <summary>Reads the payload of a RESUME.</summary>
    public static ReadStatus Read(ReadOnlySpan<byte> payload, out LoginRequest request)
    {
        request = default;
        if (CompactControl.TryParse(payload, CompactJson.Default.Resume)
            is not { Session: { } session, Token: { } token, Received: { } received })
        {
            return ReadStatus.Malformed;
        }

        request = new LoginRequest("", "", Resume: new ResumeRequest(session, token, received));
        return ReadStatus.Complete;
    }

    /// <summary>Answers a RESUME that names no session that can be resumed.</summary>
    public static void WriteNotResumable(IFrameSink sink)
    {
        var result = new CompactControl.Result("not-resumable", "There is no such session any more. Log in.", null);
        CompactFrameWriter.WriteControl(sink, FrameType.Result, result, CompactJson.Default.Result);
    }
}
