namespace ServerLib;

/// <summary>
/// Carries invitations to and from other user databases, an optional capability of a user database. Without it, an export has no invitations.
/// </summary>
/// <remarks>
/// Methods can be called concurrently. A method that is canceled throws <see cref="OperationCanceledException"/>. If its token is canceled
/// already, it throws at once and changes nothing. If the database fails, methods throw <see cref="ServerLibException"/>.
/// </remarks>
public interface IInvitationTransfer
{
    /// <summary>
    /// Adds invitations. Existing ones are never changed. An invitation is refused if its number is not higher than all numbers that this
    /// database has used, unless it is the same invitation. When this completes, the invitations are on disk.
    /// </summary>
    /// <param name="invitations">The invitations, by increasing number.</param>
    /// <param name="lastNumber">
    /// The last number that the other database has used. New invitations get higher numbers. Default: that of the last invitation.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait. Some of the invitations may be added.</param>
    /// <returns>A result for each invitation, in the same order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="lastNumber"/> is negative or more than <see cref="InvitationRecord.MaxNumber"/>.
    /// </exception>
    ValueTask<IReadOnlyList<InvitationAddition>> AddInvitationsAsync(
        IReadOnlyList<InvitationRecord> invitations, long lastNumber = 0, CancellationToken cancellationToken = default);

    /// <summary>Reads invitations, also used and expired ones, the oldest first.</summary>
    /// <param name="count">The maximum number of invitations, at least 1.</param>
    /// <param name="after">The number after which the page begins. Default: the first page.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask<InvitationPage> ReadInvitationsAsync(int count, long after = 0, CancellationToken cancellationToken = default);
}
