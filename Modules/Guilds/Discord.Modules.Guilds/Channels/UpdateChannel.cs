using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.DirectMessages;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Threads;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Channels;

/// <summary>PATCH /channels/{channel_id}: a guild channel's settings, a thread's, or a group's name. Text and announcement channels can be turned into each other.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Channel, "Modify Channel". Needs MANAGE_CHANNELS in the channel and in the category it moves to; other
/// overwrites need MANAGE_ROLES and bits that the caller holds. Fires CHANNEL_UPDATE, also for the synchronised children of a category.
/// </remarks>
internal sealed class UpdateChannel(GuildHomes homes, ThreadEditing threads, Groups groups, SnowflakeGenerator ids, AuditTrail audit, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Patch("update_channel", "/channels/{channel_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        if (await homes.GuildOfAsync(request.Id("channel_id")) is null)
            return await groups.UpdateAsync(request, form);
        if (await homes.IsThreadAsync(request.Id("channel_id")))
            return await threads.UpdateAsync(request, form);
        var wantedType = (ChannelType?)form.Int("type");
        var fields = new ChannelForm(form, creating: false);
        if ((form.Error ?? fields.RefuseTags()) is { } invalid)
            return invalid;

        var entered = await homes.EnterGuildChannelAsync(request.Id("channel_id"), request.UserId, Permissions.ManageChannels, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        var (turn, old, permissions) = entered.Value;
        using var held = turn;
        var type = wantedType ?? old.Type;
        if (type != old.Type && !(IsConvertible(type) && IsConvertible(old.Type)))
            form.Fail("type", "BASE_TYPE_CHOICES", "Only text and announcement channels can be turned into each other.");
        fields.CheckFor(type, await mediator.Send(new GetVoiceRegions(), request.Cancelled), old);
        var parent = fields.CheckParent(turn.State, old, type);
        var known = old.PermissionOverwrites ?? [];
        var overwrites = fields.WantedOverwrites is { } wanted ? await Overwrites.ResolveAsync(turn, known, wanted, form) : known;
        if (form.Error is { } foreign)
            return foreign;
        if (parent is not null && parent.Id != old.ParentId && !turn.InChannel(parent).Has(Permissions.ManageChannels))
            return ApiError.MissingPermissions;
        if (Overwrites.Refuse(turn, permissions, known, overwrites) is { } escalation)
            return escalation;

        var changes = new ChannelChanges(turn.State);
        changes.Set(fields.Apply(old with { Type = type, ParentId = fields.MovesParent ? parent?.Id : old.ParentId }, ids));
        changes.SetOverwrites(old.Id, overwrites);
        if (changes.Any)
        {
            var unit = changes.Write(new WriteUnit());
            changes.Log(audit, unit, turn, request.Reason);
            await turn.CommitAsync(unit, changes.Next);
        }

        return Reply.Ok(turn.State.WireOf(turn.State.Channels[old.Id]));
    }

    private static bool IsConvertible(ChannelType type) => type is ChannelType.GuildText or ChannelType.GuildAnnouncement;
}
