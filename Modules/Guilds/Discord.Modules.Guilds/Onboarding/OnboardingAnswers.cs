using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Onboarding;

/// <summary>What a member's answers mean.</summary>
internal static class OnboardingAnswers
{
    // Source: Discord docs, Resources, Guild, "Guild Member Flags".
    private const int Completed = 1 << 1;
    private const int Started = 1 << 3;

    /// <summary>The flags of somebody who joins.</summary>
    public static int FirstFlags(GuildState state, User user) => !user.IsBot && GuildOnboarding.Of(state).Enabled ? Started : 0;

    /// <summary>Reports options that there are not, several where one is to be chosen, and required questions without an answer.</summary>
    public static void Check(Form form, GuildOnboarding onboarding, IReadOnlyList<Snowflake> chosen)
    {
        const string Field = "onboarding_responses";
        for (var i = 0; i < chosen.Count; i++)
        {
            if (!onboarding.Prompts.Any(prompt => prompt.Options.Any(option => option.Id == chosen[i])))
                form.Fail($"{Field}.{i}", "ONBOARDING_OPTION_INVALID", "There is no such option.");
        }

        foreach (var prompt in onboarding.Prompts)
        {
            var count = prompt.Options.Count(option => chosen.Contains(option.Id));
            if (count > 1 && prompt.SingleSelect)
                form.Fail(Field, "ONBOARDING_SINGLE_SELECT", $"Only one answer may be given to \"{prompt.Title}\".");
            else if (count == 0 && prompt is { Required: true, InOnboarding: true })
                form.Fail(Field, "BASE_TYPE_REQUIRED", $"\"{prompt.Title}\" needs an answer.");
        }
    }

    /// <summary>The member with the roles of what they chose now, without those of what they chose before.</summary>
    public static MemberState Apply(GuildState state, MemberState member, GuildOnboarding onboarding, IReadOnlyList<Snowflake> before, IReadOnlyList<Snowflake> chosen)
    {
        var options = onboarding.Prompts.SelectMany(prompt => prompt.Options).ToList();
        IEnumerable<Snowflake> RolesOf(IReadOnlyList<Snowflake> ids) => options.Where(option => ids.Contains(option.Id)).SelectMany(option => option.RoleIds);
        var given = RolesOf(chosen).Where(id => id != state.Id && state.Roles.TryGetValue(id, out var role) && !role.Managed).ToList();
        return member.WithRoles(member.Roles.Except(RolesOf(before)).Union(given)) with { Flags = member.Flags | Started | Completed };
    }
}
