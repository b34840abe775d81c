using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Roles;
using Discord.Protocol;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using static Discord.UnitTests.Guilds.Guildhall;

namespace Discord.UnitTests.Guilds;

public sealed class HierarchyTests
{
    private static readonly Snowflake s_alice = new(8);
    private static readonly Snowflake s_bob = new(9);

    private static readonly Arbitrary<Role> s_anyRole = Arb.From(
        from id in Gen.Choose(1, 12)
        from position in Gen.Choose(0, 4)
        select Role((ulong)id, position));

    [Fact]
    public void Roles_form_one_ladder_by_position_and_then_by_the_older_id()
    {
        Prop.ForAll(s_anyRole, s_anyRole, s_anyRole, (a, b, c) =>
        {
            var ab = Math.Sign(Hierarchy.Compare(a, b));
            return ab == -Math.Sign(Hierarchy.Compare(b, a))
                && (ab == 0) == (a.Id == b.Id && a.Position == b.Position)
                && (a.Position <= b.Position || ab > 0)
                && (a.Position != b.Position || a.Id >= b.Id || ab > 0)
                && (ab <= 0 || Hierarchy.Compare(b, c) <= 0 || Hierarchy.Compare(a, c) > 0);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Of_two_members_at_most_one_is_above_the_other_and_nobody_above_themselves()
    {
        Prop.ForAll(Arb.From(s_anyRole.Generator.ListOf(4)), Arb.From(Gen.Choose(0, 15)), Arb.From(Gen.Choose(0, 15)), (list, ofAlice, ofBob) =>
        {
            Role[] roles = [.. list.DistinctBy(role => role.Id)];
            var state = Guild(Permissions.None, roles);
            Snowflake[] alice = [.. roles.Where((_, i) => (ofAlice >> i & 1) == 1).Select(role => role.Id)];
            Snowflake[] bob = [.. roles.Where((_, i) => (ofBob >> i & 1) == 1).Select(role => role.Id)];
            var above = Hierarchy.IsAbove(state, s_alice, alice, s_bob, bob);
            return !(above && Hierarchy.IsAbove(state, s_bob, bob, s_alice, alice))
                && !Hierarchy.IsAbove(state, s_alice, alice, s_alice, alice)
                && above == (alice.Length > 0 && (bob.Length == 0 || bob.All(theirs => alice.Any(mine => Hierarchy.Compare(state.Roles[mine], state.Roles[theirs]) > 0))));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_owner_is_above_all_and_nobody_above_the_owner()
    {
        var state = Guild(Permissions.None, Role(50, 9, Permissions.Administrator));

        Assert.True(Hierarchy.IsAbove(state, Owner, [], s_alice, [new Snowflake(50)]));
        Assert.True(Hierarchy.IsAbove(state, Owner, [], state.Roles[new Snowflake(50)]));
        Assert.False(Hierarchy.IsAbove(state, s_alice, [new Snowflake(50)], Owner, []));
        Assert.False(Hierarchy.IsAbove(state, Owner, [], Owner, []));
    }

    [Fact]
    public void Equals_do_not_act_on_each_other_nor_on_the_role_they_share()
    {
        var state = Guild(Permissions.None, Role(50, 3));

        Assert.False(Hierarchy.IsAbove(state, s_alice, [new Snowflake(50)], s_bob, [new Snowflake(50)]));
        Assert.False(Hierarchy.IsAbove(state, s_alice, [new Snowflake(50)], state.Roles[new Snowflake(50)]));
        Assert.True(Hierarchy.IsAbove(state, s_alice, [new Snowflake(50)], s_bob, []));
        Assert.False(Hierarchy.IsAbove(state, s_alice, [], s_bob, []));
    }

    [Fact]
    public void Roles_that_no_longer_exist_lift_nobody()
    {
        var state = Guild(Permissions.None, Role(50, 1));

        Assert.False(Hierarchy.IsAbove(state, s_alice, [new Snowflake(99)], s_bob, [new Snowflake(50)]));
        Assert.False(Hierarchy.IsAbove(state, s_alice, [new Snowflake(99)], state.Everyone));
    }

    [Fact]
    public void A_new_role_starts_lowest_and_the_others_keep_their_order()
    {
        Prop.ForAll(Arb.From(s_anyRole.Generator.ListOf(8)), list =>
        {
            Role[] roles = [.. list.DistinctBy(role => role.Id).Select(role => role with { Position = role.Position + 1 })];
            var before = Guild(Permissions.None, roles);
            var (after, moved) = RoleChanges.Insert(before, Role(2_000, 1));
            Snowflake[] Ladder(GuildState state) => [.. state.Roles.Values.Where(role => role.Id != GuildId && role.Id.Value != 2_000).Order(Comparer<Role>.Create(Hierarchy.Compare)).Select(role => role.Id)];
            var inserted = after.Roles[new Snowflake(2_000)];
            return Ladder(before).SequenceEqual(Ladder(after))
                && inserted.Position == 1 && after.Everyone.Position == 0
                && roles.All(role => Hierarchy.Compare(after.Roles[role.Id], inserted) > 0)
                && moved.All(role => before.Roles[role.Id].Position < role.Position && after.Roles[role.Id] == role)
                && roles.Except(moved, EqualityComparer<Role>.Create((a, b) => a!.Id == b!.Id, role => role.Id.GetHashCode())).All(role => after.Roles[role.Id] == role);
        }).QuickCheckThrowOnFailure();
    }
}
