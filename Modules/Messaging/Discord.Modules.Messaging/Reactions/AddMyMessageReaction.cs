using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Integrations.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Reactions;

/// <summary>PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me: the caller reacts; again changes nothing.</summary>
/// <remarks>Source: Discord docs, Resources, Message, "Create Reaction": ADD_REACTIONS only for an emoji that is not there yet; 20 distinct at most; another guild's emoji needs USE_EXTERNAL_EMOJIS. Fires MESSAGE_REACTION_ADD.</remarks>
internal sealed class AddMyMessageReaction(MessageStore store, Database database, SnowflakeGenerator ids, IMediator mediator) : IEndpoint
{
    public const int MaxDistinct = 20;

    public Route Route => Route.Put("add_my_message_reaction", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me") with { RateLimit = RateLimit.Per("reactions", 10, 2) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var user = await mediator.Send(new GetUser(request.UserId), request.Cancelled);
        // Asked before the lane is taken: the emoji may be of a guild that is still to be loaded.
        var found = Emojis.Parse(request.Text("emoji_name"))?.Id is { } emojiId ? await FindAsync(request, emojiId) : null;
        var entered = await ReactionTarget.EnterAsync(request, mediator, store);
        if (entered.Error is { } refused)
            return refused;
        using var target = entered.Value;
        var (_, message, emoji) = target;
        var access = target.Access;
        var present = message.HasReactions ? await store.ReactionsAsync([message.Id], request.UserId) : [];
        var same = present.Find(summary => summary.Emoji == emoji.Key);
        if (same is { Me: true })
            return Reply.NoContent;
        if ((await mediator.Send(new GetBlocked(message.AuthorId), request.Cancelled)).Contains(request.UserId))
            return ApiError.ReactionBlocked;
        if (same is null && !access.Has(Permissions.AddReactions))
            return ApiError.MissingPermissions;
        if (same is null && emoji.Id is not null)
        {
            if (found is null)
                return ApiError.UnknownEmoji;
            if (found.GuildId is { } home && home != access.GuildId && !access.Has(Permissions.UseExternalEmojis))
                return ApiError.MissingPermissions;
            emoji = found.Emoji;
        }

        if (same is null && present.Count >= MaxDistinct)
            return ApiError.MaximumReactions;

        var unit = MessageStore.AddReaction(new WriteUnit(), message.Id, emoji.Key, request.UserId, ids.Next());
        if (!message.HasReactions)
            MessageStore.SetHasReactions(unit, access.ChannelId, message.Id, true);
        var member = access.Member is null ? null : access.Member with { User = user };
        unit.Publish(new ReactionAdded(request.UserId, access.ChannelId, message.Id, access.GuildId, emoji, member, message.AuthorId, access.Audience), access.View);
        await database.CommitAsync(unit);
        return Reply.NoContent;
    }

    // A guild's, or the caller's own application's, which is external nowhere.
    private async ValueTask<UsableEmoji?> FindAsync(ApiRequest request, Snowflake id)
    {
        if (await mediator.Send(new FindEmoji(request.UserId, id), request.Cancelled) is { } found)
            return new UsableEmoji(found.Emoji, found.GuildId);
        return request.Caller.ApplicationId is { } application && await mediator.Send(new FindApplicationEmoji(application, id), request.Cancelled) is { } own ? new UsableEmoji(own, null) : null;
    }

    private sealed record UsableEmoji(Emoji Emoji, Snowflake? GuildId);
}
