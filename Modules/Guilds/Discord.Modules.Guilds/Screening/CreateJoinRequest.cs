using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Guilds;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Members;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Screening;

/// <summary>PUT /guilds/{guild_id}/requests/@me: the caller agrees to the rules and answers what they are asked. Rules alone let them in at once.</summary>
/// <remarks>A user-account operation. An answer replaces an earlier one that was not decided yet.</remarks>
internal sealed class CreateJoinRequest(GuildHomes homes, JoinRequestWire wire, MemberWire members, SnowflakeGenerator ids) : IEndpoint
{
    // Nobody who is in already, or whom nobody asks.
    private static readonly ApiError s_notPending = new(400, 0, "This user is already a member");

    public Route Route => Route.Put("create_join_request", "/guilds/{guild_id}/requests/@me") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var version = form.Time("version", nullable: true);
        var answers = form.Items("form_fields") ?? [];
        if (form.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (!turn.Member.IsPending || !turn.State.Settings.Features.Contains(GuildFeatures.Screening))
            return s_notPending;
        var verification = MemberVerification.Of(turn.State);
        if (version is not null && version != verification.Version)
            form.Fail("version", "MEMBER_VERIFICATION_VERSION", "The questions have changed.");
        else if (answers.Count != verification.FormFields.Count)
            form.Fail("form_fields", "BASE_TYPE_BAD_LENGTH", $"Must be {verification.FormFields.Count} in length.");
        if (form.Error is { } outdated)
            return outdated;
        var made = new JoinRequest
        {
            Id = ids.Next(),
            CreatedAt = Timestamp.From(turn.Now),
            ReviewedAt = verification.NeedsApproval ? null : Timestamp.From(turn.Now),
            ApplicationStatus = verification.NeedsApproval ? JoinRequest.Submitted : JoinRequest.Approved,
            GuildId = turn.State.Id,
            UserId = request.UserId,
            FormResponses = [.. verification.FormFields.Zip(answers, (field, answer) => field.Answer(answer))],
        };
        if (form.Error is { } unanswered)
            return unanswered;
        await members.SaveAsync(turn, turn.Member.WithPending(verification.NeedsApproval), null, JoinRequestStore.Save(new WriteUnit(), made), isLogged: false);
        return Reply.Ok((await wire.WriteAsync([made]))[0]);
    }
}
