using ServerLib.Testing.Contracts;

namespace ServerLib.Testing;

/// <summary>
/// The contract of <see cref="IInvitationTransfer"/>. It needs <see cref="AccountServices.Administration"/>, too.
/// </summary>
/// <inheritdoc cref="UserDatabaseContract" path="/remarks"/>
public static class InvitationTransferContract
{
    private static readonly AccountContract Contract = new(nameof(InvitationTransferContract), typeof(InvitationTransferRules));

    /// <inheritdoc cref="UserDatabaseContract.Rules"/>
    public static IEnumerable<object[]> Rules => Contract.Rules;

    /// <inheritdoc cref="UserDatabaseContract.VerifyAsync"/>
    public static Task VerifyAsync(string rule, Func<TimeProvider, ValueTask<AccountServices>> create) => Contract.VerifyAsync(rule, create);

    /// <inheritdoc cref="UserDatabaseContract.VerifyAllAsync"/>
    public static Task VerifyAllAsync(Func<TimeProvider, ValueTask<AccountServices>> create) => Contract.VerifyAllAsync(create);
}
