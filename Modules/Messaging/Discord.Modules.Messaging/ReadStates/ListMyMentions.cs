using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.ReadStates;

/// <summary>GET /users/@me/mentions: the inbox, newest first: before, limit 1 to 100, default 25; guild_id; roles and everyone, both true unless said otherwise.</summary>
/// <remarks>Source: protocol.md 1.1. Only what the user may read now; not what they wrote, nor what those wrote whom they blocked.</remarks>
internal sealed class ListMyMentions(MentionStore mentions, MessageStore store, MessageWire wire, UnreadMentions unread, IMediator mediator) : IEndpoint
{
    private const int Page = 100;

    // What cannot be shown is passed over; a page of nothing else is not looked for for ever.
    private const int MaxPages = 10;

    public Route Route => Route.Get("list_my_mentions", "/users/@me/mentions") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var limit = query.Int("limit", 1, 100) ?? 25;
        var before = query.Id("before") ?? new Snowflake(long.MaxValue);
        var guild = query.Id("guild_id");
        var (roles, everyone) = (query.Bool("roles") ?? true, query.Bool("everyone") ?? true);
        if (query.Error is { } invalid)
            return invalid;
        var reader = await unread.ReaderAsync(request.UserId);
        if (guild is not null && reader.Memberships.All(membership => membership.Guild.Id != guild))
            return ApiError.UnknownGuild;
        var roleIds = reader.Memberships.Where(membership => guild is null || membership.Guild.Id == guild)
            .SelectMany(membership => (roles ? membership.Roles : []).Concat(everyone ? [membership.Guild.Id] : [])).ToList();

        var shown = new List<Message>();
        for (var pages = 0; pages < MaxPages && shown.Count < limit; pages++)
        {
            var page = await mentions.InboxAsync(request.UserId, roleIds, before, Page);
            foreach (var message in page.Where(mention => reader.Counts(mention.AuthorId)).GroupBy(mention => mention.MessageId).Select(rows => rows.First()))
            {
                if (shown.Count < limit && await FindAsync(request, message, guild) is { } found)
                    shown.Add(found);
            }

            if (page.Count < Page)
                break;
            before = page[^1].MessageId;
        }

        return Reply.Ok(shown);
    }

    private async ValueTask<Message?> FindAsync(ApiRequest request, StoredMention mention, Snowflake? guild)
    {
        var access = await mediator.Send(new GetChannelAccess(request.UserId, mention.ChannelId), request.Cancelled);
        if (access.Error is not null || !access.Value.Has(Permissions.ReadMessageHistory) || (guild is not null && access.Value.GuildId != guild))
            return null;
        // What was said to all before somebody came was not said to them.
        if (mention.RoleId is not null && access.Value.Member is { } member && mention.MessageId < Snowflake.FirstAt(member.JoinedAt.Time))
            return null;
        return await store.FindAsync(mention.ChannelId, mention.MessageId) is { } stored ? await wire.WriteAsync(access.Value, stored, request.UserId) with { GuildId = access.Value.GuildId } : null;
    }
}
