using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Channels;

/// <summary>POST /guilds/{guild_id}/channels: a new channel. In a category it starts with the category's overwrites, unless some are given.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Guild, "Create Guild Channel". Needs MANAGE_CHANNELS, in the category when there is one; overwrites of its own
/// need MANAGE_ROLES and bits that the caller holds, and MANAGE_ROLES inside an overwrite needs an administrator. Fires CHANNEL_CREATE.
/// </remarks>
internal sealed class CreateGuildChannel(GuildHomes homes, SnowflakeGenerator ids, AuditTrail audit, IMediator mediator) : IEndpoint
{
    /// <summary>Source: Discord docs, JSON error 30013.</summary>
    private const int MaxChannels = 500;

    public Route Route => Route.Post("create_guild_channel", "/guilds/{guild_id}/channels");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var type = (ChannelType)(form.Choice("type", 0, 2, 4, 5, 13, 15, 16) ?? 0);
        var fields = new ChannelForm(form, creating: true);
        fields.CheckFor(type, await mediator.Send(new GetVoiceRegions(), request.Cancelled));
        if ((form.Error ?? fields.RefuseTags()) is { } invalid)
            return invalid;

        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var state = turn.State;
        var permissions = turn.Permissions;
        if (fields.Parent is { } parentId && state.Channels.TryGetValue(parentId, out var place))
            permissions = turn.InChannel(place);
        if (!permissions.Has(Permissions.ManageChannels))
            return ApiError.MissingPermissions;
        if (state.Channels.Count >= MaxChannels)
            return ApiError.MaximumChannels;

        var parent = fields.CheckParent(state, null, type);
        var inherited = parent?.PermissionOverwrites ?? [];
        var overwrites = fields.WantedOverwrites is { } wanted ? await Overwrites.ResolveAsync(turn, [], wanted, form) : inherited;
        if (form.Error is { } foreign)
            return foreign;
        var own = overwrites.Except(inherited).ToList();
        if (own.Count > 0 && !MayGive(turn, permissions, own))
            return ApiError.MissingPermissions;

        var siblings = state.Channels.Values.Where(channel => channel.ParentId == parent?.Id && (channel.Type == ChannelType.GuildCategory) == (type == ChannelType.GuildCategory));
        var created = fields.Apply(
            new Channel
            {
                Id = ids.Next(),
                GuildId = state.Id,
                Type = type,
                ParentId = parent?.Id,
                PermissionOverwrites = overwrites,
                Position = siblings.Select(channel => (channel.Position ?? 0) + 1).DefaultIfEmpty(0).Max(),
            },
            ids);
        var next = state.WithChannel(created);
        var unit = GuildStore.Save(new WriteUnit(), created).Publish(new ChannelCreated(next.WireOf(created)), next);
        await turn.CommitAsync(audit.Write(unit, turn, next, AuditLogEvent.ChannelCreate, created.Id, request.Reason, AuditChanges.Between(null, created)), next);
        homes.NoteChannel(created.Id, state.Id);
        return Reply.Created(next.WireOf(created));
    }

    private static bool MayGive(GuildTurn turn, Permissions permissions, IReadOnlyList<Overwrite> overwrites)
    {
        if (turn.Permissions.Has(Permissions.Administrator))
            return true;
        var bits = Overwrites.Changed([], overwrites);
        return permissions.Has(Permissions.ManageRoles) && !bits.Has(Permissions.ManageRoles) && Overwrites.MayChange(turn, permissions, bits);
    }
}
