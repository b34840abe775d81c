using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Mfa;
using Discord.Modules.Users.Storage;
using MediatR;

namespace Discord.Modules.Users.Accounts;

internal sealed class GetPremiumTypeHandler(AccountStore store) : IRequestHandler<GetPremiumType, int>
{
    public async Task<int> Handle(GetPremiumType request, CancellationToken cancellationToken) => (await store.FindAsync(request.UserId))?.PremiumType ?? 0;
}

internal sealed class SetPremiumTypeHandler(AccountStore store, SecondFactor factor, Database database, Lanes lanes) : IRequestHandler<SetPremiumType, bool>
{
    public async Task<bool> Handle(SetPremiumType request, CancellationToken cancellationToken)
    {
        if (await store.FindByLoginAsync(request.Username) is not { } found)
            return false;
        using var turn = await lanes[found.Id].EnterAsync(cancellationToken);
        if (await store.FindAsync(found.Id) is not { } account)
            return false;
        var changed = account with { PremiumType = request.Type };
        await database.CommitAsync(AccountStore.Update(new WriteUnit(), changed).Publish(new UserUpdated(changed.ToOwnUser(factor.IsOn(changed.Id)), changed.Id)));
        return true;
    }
}
