using System.Security.Cryptography;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Invites;

/// <summary>POST /channels/{channel_id}/invites: a new invite, or with unique=false a like one that the caller made before.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Create Channel Invite". Needs CREATE_INSTANT_INVITE. Fires INVITE_CREATE.</remarks>
internal sealed class CreateChannelInvite(GuildHomes homes, GuildStore store, Joins joins) : IEndpoint
{
    private const int MaxInvites = 1000;
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    public Route Route => Route.Post("create_channel_invite", "/channels/{channel_id}/invites");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var maxAge = form.Int("max_age", 0, 604_800) ?? 86_400;
        var maxUses = form.Int("max_uses", 0, 100) ?? 0;
        var temporary = form.Bool("temporary") ?? false;
        var unique = form.Bool("unique") ?? false;
        if (form.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterGuildChannelAsync(request.Id("channel_id"), request.UserId, Permissions.CreateInstantInvite, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        var (turn, channel, _) = entered.Value;
        using var _1 = turn;
        if (channel.Type == ChannelType.GuildCategory)
            return ApiError.ChannelType;
        var existing = await store.InvitesAsync(turn.State.Id);
        if (!unique && existing.FirstOrDefault(i => i.InviterId == request.UserId && i.ChannelId == channel.Id && i.MaxAge == maxAge && i.MaxUses == maxUses && i.Temporary == temporary && i.IsValid(turn.Now)) is { } like)
            return Reply.Ok(await joins.WriteAsync(like, turn.Home, turn.State, detailed: true));
        if (existing.Count >= MaxInvites)
            return ApiError.MaximumInvites;

        var invite = new StoredInvite(RandomNumberGenerator.GetString(Alphabet, 10), turn.State.Id, channel.Id, request.UserId, Timestamp.From(turn.Now), maxAge, maxUses, 0, temporary);
        var wire = await joins.WriteAsync(invite, turn.Home, turn.State, detailed: true);
        var details = new
        {
            code = invite.Code,
            guild_id = invite.GuildId,
            channel_id = invite.ChannelId,
            inviter = wire.Inviter,
            max_age = maxAge,
            max_uses = maxUses,
            uses = 0,
            temporary,
            type = 0,
            created_at = invite.CreatedAt,
            expires_at = invite.ExpiresAt,
        };
        await turn.CommitAsync(GuildStore.Save(new WriteUnit(), invite).Publish(new InviteCreated(invite.GuildId, channel.Id, invite.Code, details), turn.State));
        return Reply.Ok(wire);
    }
}
