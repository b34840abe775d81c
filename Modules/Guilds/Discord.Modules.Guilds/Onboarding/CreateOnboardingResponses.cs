using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Members;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Onboarding;

/// <summary>POST /guilds/{guild_id}/onboarding-responses: the caller's answers, in place of earlier ones. They get the roles of what they chose.</summary>
/// <remarks>A user-account operation. Fires GUILD_MEMBER_UPDATE with the flag COMPLETED_ONBOARDING.</remarks>
internal sealed class CreateOnboardingResponses(GuildHomes homes, OnboardingStore store, MemberWire wire) : IEndpoint
{
    private const int Max = 15 * 50;

    public Route Route => Route.Post("create_onboarding_responses", "/guilds/{guild_id}/onboarding-responses") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var chosen = (form.Ids("onboarding_responses", Max, required: true) ?? []).Distinct().ToList();
        if (form.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var onboarding = GuildOnboarding.Of(turn.State);
        if (!onboarding.Enabled)
            return ApiError.NotFound;
        OnboardingAnswers.Check(form, onboarding, chosen);
        if (form.Error is { } impossible)
            return impossible;
        var changed = OnboardingAnswers.Apply(turn.State, turn.Member, onboarding, await store.FindAsync(turn.State.Id, request.UserId), chosen);
        var saved = await wire.SaveAsync(turn, changed, null, OnboardingStore.Save(new WriteUnit(), turn.State.Id, request.UserId, chosen), isLogged: false);
        if (saved.Error is { } gone)
            return gone;
        return Reply.Ok(new { guild_id = turn.State.Id, user_id = request.UserId, onboarding_responses = chosen });
    }
}
