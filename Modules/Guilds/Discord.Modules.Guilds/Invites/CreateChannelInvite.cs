using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Integrations.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Invites;

/// <summary>POST /channels/{channel_id}/invites: a new invite, or with unique=false a like one that the caller made before.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Create Channel Invite". Needs CREATE_INSTANT_INVITE. Fires INVITE_CREATE.</remarks>
internal sealed class CreateChannelInvite(GuildHomes homes, InviteStore store, Joins joins, InviteMaking making, IMediator mediator) : IEndpoint
{
    private const int MaxInvites = 1000;
    private const int TargetStream = 1;
    private const int TargetApplication = 2;

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
        var targetType = form.Choice("target_type", TargetStream, TargetApplication);
        var targetUser = form.Id("target_user_id", required: targetType == TargetStream);
        var targetApplication = form.Id("target_application_id", required: targetType == TargetApplication);
        if (form.Error is null && targetType == TargetStream && await mediator.Send(new GetUser(targetUser!.Value), request.Cancelled) is null)
            form.Fail("target_user_id", "INVITE_TARGET_USER_INVALID", "Unknown user.");
        if (form.Error is null && targetType == TargetApplication && await mediator.Send(new GetApplicationFlags(targetApplication!.Value), request.Cancelled) is null)
            form.Fail("target_application_id", "INVITE_TARGET_APPLICATION_INVALID", "Unknown application.");
        if (form.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterGuildChannelAsync(request.Id("channel_id"), request.UserId, Permissions.CreateInstantInvite, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        var (turn, channel, _) = entered.Value;
        using var held = turn;
        if (channel.Type == ChannelType.GuildCategory)
            return ApiError.ChannelType;

        var invite = new StoredInvite(InviteMaking.NewCode(), turn.State.Id, channel.Id, request.UserId, Timestamp.From(turn.Now), maxAge, maxUses, 0, temporary)
        {
            TargetType = targetType,
            TargetUserId = targetType == TargetStream ? targetUser : null,
            TargetApplicationId = targetType == TargetApplication ? targetApplication : null,
        };
        var existing = await store.OfGuildAsync(turn.State.Id);
        if (!unique && existing.Find(other => invite.IsLike(other) && other.IsValid(turn.Now)) is { } like)
            return Reply.Ok(await joins.WriteAsync(like, turn.Home, turn.State, detailed: true));
        if (existing.Count >= MaxInvites)
            return ApiError.MaximumInvites;

        var unit = new WriteUnit();
        var wire = await making.AddAsync(turn, invite, unit, request.Reason);
        await turn.CommitAsync(unit);
        return Reply.Ok(wire);
    }
}
