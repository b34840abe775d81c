using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Users.Accounts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Relationships;
using Discord.Modules.Users.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Users.Profiles;

/// <summary>GET /users/{user_id}/profile: what somebody writes about themselves, and what the caller has in common with them.</summary>
/// <remarks>Source: protocol.md 1.1. For those who share a guild with them, are friends, or have a request between them; with guild_id also what they are there.</remarks>
internal sealed class GetUserProfile(AccountStore accounts, ProfileStore profiles, UserDirectory directory, RelationshipHome relationships, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("get_user_profile", "/users/{user_id}/profile") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var withGuilds = query.Bool("with_mutual_guilds") ?? true;
        var withFriends = query.Bool("with_mutual_friends") ?? false;
        var withCount = query.Bool("with_mutual_friends_count") ?? false;
        var guildId = query.Id("guild_id");
        if (query.Error is { } invalid)
            return invalid;
        if (await accounts.FindAsync(request.Id("user_id")) is not { } account)
            return ApiError.UnknownUser;
        var mutual = await mediator.Send(new GetMutualGuilds(request.UserId, account.Id), request.Cancelled);
        if (account.Id != request.UserId && mutual.Count == 0 && (await relationships.BetweenAsync(request.UserId, account.Id)).Mine is RelationshipType.None or RelationshipType.Blocked)
            return ApiError.MissingAccess;

        Member? member = null;
        if (guildId is { } guild)
        {
            var found = await mediator.Send(new RequestMembers(guild, request.UserId, "", 0, [account.Id]), request.Cancelled);
            if (found.Error is { } foreign)
                return foreign;
            member = found.Value.Members is [var one] ? one : null;
        }

        var friends = withFriends || withCount ? await relationships.MutualFriendsAsync(request.UserId, account.Id) : [];
        return Reply.Ok(new ProfileAnswer(account.ToUser(), ProfileBody.Of(account))
        {
            PremiumType = account.PremiumType,
            MutualGuilds = withGuilds ? mutual : null,
            MutualFriends = withFriends ? [.. (await directory.FindManyAsync(friends)).Values.OrderBy(user => user.Id)] : null,
            MutualFriendsCount = withFriends || withCount ? friends.Count : null,
            GuildMember = member,
            GuildMemberProfile = member is null ? null : ProfileBody.Of(guildId!.Value, await profiles.FindAsync(guildId.Value, account.Id)),
        });
    }
}
