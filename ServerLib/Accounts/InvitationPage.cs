namespace ServerLib;

/// <summary>Some of the invitations in a user database.</summary>
/// <param name="Invitations">The invitations, the oldest first.</param>
/// <param name="IsLast">Whether there are no more.</param>
/// <param name="LastNumber">The highest number that an invitation has had; 0 if there was none. That invitation may have been deleted.</param>
public sealed record InvitationPage(IReadOnlyList<InvitationRecord> Invitations, bool IsLast, long LastNumber);
