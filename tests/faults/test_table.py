"""Every row of the tables in docs/faults.md has a test that shows it, and every such test a row."""

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHAT, WEBHOOK = "platforms/telegram/test_chat.py", "platforms/telegram/test_webhook.py"
AT_HOME = "platforms/slack/test_home.py"
IN_SLACK, REQUEST = "platforms/slack/test_chat.py", "platforms/telegram/test_request.py"

ELSEWHERE = {
    "a source's server answers an error, something else than it did, or too much": (
        "sources/test_unkind_servers.py",
        "test_what_is_answered_instead_of_a_board_closes_nothing_and_holds_up_no_other",
    ),
    "a source's server asks to be left alone (429, 503)": (
        "sources/test_unkind_servers.py",
        "test_who_asks_to_be_left_alone_is_by_every_process_until_then",
    ),
    "a source closes a position and opens it again, many times a day": (
        "delivery/test_corrections.py",
        "test_what_a_source_closes_is_told_when_a_day_has_passed_and_flapping_is_never_told",
    ),
    "more than half of what a source has is gone at once": (
        "sources/test_following_sources.py",
        "test_more_than_half_of_four_at_once_is_held_and_a_person_is_asked_of_each",
    ),
    "a link of a position is gone, or its server cannot be asked": (
        "delivery/test_links.py",
        "test_what_is_not_known_is_told_to_nobody",
    ),
    "the process dies while a source is taken in": (
        "sources/test_kills.py",
        "test_whatever_dies_between_draft_and_file_nothing_is_lost_and_nothing_done_twice",
    ),
    "the bot was down when a digest was due": (
        "delivery/test_digests.py",
        "test_a_missed_digest_is_sent_once_late_unless_the_next_is_due",
    ),
    "a channel does not let the bot pin its digest": (
        "delivery/test_digests.py",
        "test_a_refused_pin_keeps_no_digest_from_going",
    ),
    "the message does not get away in time": (REQUEST, "test_a_message_that_does_not_get_away_in_time"),
    "a message is longer than the platform takes": (
        "platforms/telegram/test_rendering.py",
        "test_the_longest_fields_of_all",
    ),
    "a link that the platform would refuse on a button": (
        "platforms/slack/test_rendering.py",
        "test_buttons_that_slack_would_refuse_are_left_out",
    ),
    "`kill -9`, or a power cut": (
        "process/test_kills.py",
        "test_killed_again_and_again_nothing_is_lost_and_only_the_wire_is_doubled",
    ),
    "Telegram is not heard": (CHAT, "test_an_outage_while_polling_is_told_once_and_survived"),
    "Telegram does not accept the token of who listens": (
        CHAT,
        "test_a_token_that_is_revoked_while_the_bot_runs_ends_it_in_plain_words",
    ),
    "another process polls with the token (409)": (CHAT, "test_two_that_poll_with_one_token_are_told_so_once"),
    "another program has set a webhook": (CHAT, "test_a_webhook_of_another_program_is_left_alone"),
    "somebody deletes the webhook": (WEBHOOK, "test_a_webhook_that_somebody_deletes_is_set_again"),
    "Telegram does not reach the webhook": (WEBHOOK, "test_what_telegram_says_of_the_webhook_is_in_the_log_once"),
    "an update that nobody can read": (
        CHAT,
        "test_an_update_that_cannot_be_read_is_left_out_and_the_next_one_is_heard",
    ),
    "Slack does not let a form be opened in time": (
        "platforms/slack/test_forms.py",
        "test_where_it_cannot_be_opened_the_message_stands_for_it",
    ),
    "what was filled in cannot be answered": (
        "platforms/slack/test_forms.py",
        "test_what_fails_is_not_acknowledged_so_that_slack_says_it_at_the_form",
    ),
    "the app in Slack may not send files (`files:write`), or Slack does not take one": (
        IN_SLACK,
        "test_a_reader_is_given_calendars_as_files",
    ),
    "the app in Slack has no Home tab": (AT_HOME, "test_an_app_without_the_tab_is_told_of_once"),
    "somebody who follows leaves the workspace in Slack": (
        "platforms/slack/test_leaving.py",
        "test_whose_account_is_closed_is_forgotten_at_once",
    ),
    "Slack does not let the app show a link to the board as a card": (
        "platforms/slack/test_unfurling.py",
        "test_without_the_scope_it_is_said_once_and_all_else_goes_on",
    ),
    "two processes publish somebody's Home tab at once": (
        AT_HOME,
        "test_who_comes_second_makes_the_page_anew_and_the_newest_stands",
    ),
    "Slack's socket breaks": (IN_SLACK, "test_a_socket_that_ends_is_followed_by_another"),
    "Slack's socket is renewed": (IN_SLACK, "test_the_next_socket_is_open_before_the_old_one_closes"),
    "Slack's socket dies in silence": (IN_SLACK, "test_a_socket_that_dies_in_silence_is_noticed"),
    "Slack is not heard": (IN_SLACK, "test_a_network_that_goes_away_later_is_waited_for"),
    "Slack does not accept the app-level token": (
        IN_SLACK,
        "test_a_wrong_app_token_is_said_in_words_and_the_rest_goes_on",
    ),
    "`app_token` or `signing_secret` is not set": (IN_SLACK, "test_without_a_way_to_hear_it_says_so"),
    "HTTP mode: the port is taken": (IN_SLACK, "test_a_taken_port_is_said_in_words_and_waited_for"),
    "HTTP mode: a wrong signature": (IN_SLACK, "test_only_what_slack_has_signed_is_heard"),
    "a program of somebody's own sends the press of a button that is not there": (
        "process/test_forged.py",
        "test_a_forged_press_changes_no_announcement_and_posts_nothing_in_telegram",
    ),
    "one person asks more than 20 times a minute": (
        "process/test_forged.py",
        "test_whoever_floods_the_bot_holds_back_neither_announcements_nor_others",
    ),
    "so many people ask that 500 answers wait": (
        "app/test_admitting.py",
        "test_no_more_answers_wait_than_can_be_given_and_that_is_said_once_a_minute",
    ),
    "the message that asks in Slack is deleted before it is answered": (
        IN_SLACK,
        "test_a_question_that_was_deleted_is_answered_all_the_same",
    ),
    "the process that polls ends, or is killed, and another stands by": (
        "process/test_polling.py",
        "test_one_polls_and_another_takes_over_when_it_ends",
    ),
    "somebody sends the head or the body of a request without end, or takes no answer": (
        "web/test_guard.py",
        "test_whoever_never_ends_a_request_is_hung_up_on",
    ),
    "a request has headers that make no sense, or somebody else's secret": (
        "web/test_gate.py",
        "test_they_are_refused_everywhere_and_said_once",
    ),
    "a request of Slack's is sent again by somebody who has written it down": (
        IN_SLACK,
        "test_a_request_that_somebody_sends_again_has_no_effect",
    ),
    "an answer could not be sent": (CHAT, "test_what_surely_was_not_sent_is_tried_again"),
    "a new file is still being written: a copy before its title is changed, a half without its deadline": (
        "process/test_settle.py",
        "test_a_new_file_is_nowhere_until_it_has_rested_and_then_it_is_what_it_says_by_then",
    ),
    "`kill -9` between a decision and its announcement": (
        "process/test_submissions.py",
        "test_what_a_killed_process_has_begun_is_committed_before_it_is_announced",
    ),
    "what reviewers or owners are told dies on the way": (
        "delivery/test_personal.py",
        "test_killed_after_it_arrived_and_before_that_was_written_down_it_is_told_once",
    ),
    "no admin can be reached about a draft": (
        "delivery/test_personal.py",
        "test_where_every_admin_refuses_the_submitter_is_told_once",
    ),
    "a position's owner is not known, has blocked the bot, or has left": (
        "delivery/test_nudging.py",
        "test_an_owner_who_cannot_be_reached_counts_as_unknown",
    ),
    "the bot was down while owners were to be asked": (
        "delivery/test_nudging.py",
        "test_after_an_outage_only_the_nearest_is_asked_and_much_is_one_message",
    ),
    "a deadline is moved while its owner is to be asked": (
        "delivery/test_nudging.py",
        "test_who_has_just_handed_in_or_moved_a_deadline_is_not_asked_at_once",
    ),
    "somebody who follows blocks the bot, or has left": (
        "delivery/test_followers.py",
        "test_who_has_blocked_the_bot_for_thirty_days_is_forgotten",
    ),
    "somebody is forgotten while a message to them is on the wire": (
        "store/test_personal.py",
        "test_what_was_on_the_wire_meanwhile_is_swept_and_who_is_there_again_is_left",
    ),
    "two people decide a draft at the same time": (
        "submissions/test_submissions.py",
        "test_of_many_who_press_at_once_the_first_counts",
    ),
    "a file was changed by hand, so that a change from chat no longer fits": (
        "submissions/test_submissions.py",
        "test_a_change_that_no_longer_fits_is_not_made_and_waits",
    ),
    "the disk is full, or the file cannot be written": (
        "submissions/test_files.py",
        "test_a_full_disk_leaves_what_was_there_and_says_so",
    ),
    "the registry's folder is away when a draft is approved": (
        "submissions/test_submissions.py",
        "test_a_folder_that_cannot_be_written_leaves_the_draft",
    ),
    "a git hook refuses a commit": (
        "submissions/test_git.py",
        "test_what_cannot_be_committed_is_not_published_and_the_draft_waits",
    ),
    "the registry lies in no git repository, or git is not installed": (
        "submissions/test_git.py",
        "test_where_there_is_no_repository_or_no_git_it_is_said",
    ),
    "no branch is checked out (a detached HEAD)": (
        "submissions/test_git.py",
        "test_without_a_branch_nothing_is_committed",
    ),
    "a merge or rebase is under way": (
        "submissions/test_git.py",
        "test_a_merge_that_is_under_way_is_not_ended",
    ),
    "git knows no committer": (
        "submissions/test_git.py",
        "test_where_nobody_is_named_as_committer_callboard_is",
    ),
    "a git that was killed has left `index.lock`": (
        "submissions/test_git.py",
        "test_the_index_follows_when_the_lock_is_gone_and_what_somebody_has_staged_since_stays",
    ),
    "somebody else commits at the same instant": (
        "submissions/test_git.py",
        "test_what_another_commits_meanwhile_is_committed_upon",
    ),
    "the remote has moved on": (
        "submissions/test_pushing.py",
        "test_when_others_have_pushed_it_goes_on_top_and_the_work_tree_follows",
    ),
    "what others have pushed does not fit what was committed": (
        "submissions/test_pushing.py",
        "test_what_does_not_fit_together_is_told_and_stays_committed",
    ),
    "the remote cannot be reached": (
        "submissions/test_pushing.py",
        "test_a_remote_that_is_away_or_missing_is_told_without_secrets",
    ),
    "a git hook writes the file in another form, and refuses the commit for that": (
        "submissions/test_git.py",
        "test_a_hook_that_puts_a_file_into_its_own_form_has_its_way",
    ),
    "a hook writes the file in another form, and refuses that as well": (
        "submissions/test_git.py",
        "test_what_a_hook_puts_into_form_and_refuses_all_the_same_is_undone",
    ),
    "the repository is somebody else's, for git": (
        "submissions/test_git.py",
        "test_a_repository_of_somebody_else_is_told_with_what_git_advises",
    ),
    "the registry's folder is away while something is committed or pushed": (
        "submissions/test_git.py",
        "test_a_registry_that_is_away_is_said_and_ends_nothing",
    ),
    "pushing fails in several ways by turns": (
        "submissions/test_pushing.py",
        "test_what_fails_in_turns_is_told_once_of_each_kind",
    ),
    "no branch is checked out when something is to be pushed": (
        "submissions/test_pushing.py",
        "test_where_nothing_can_be_pushed_from_is_told_and_it_goes_on_when_it_can",
    ),
    "with `--keep-in`: what is about to be said cannot be pushed": (
        "test_keeping.py",
        "test_what_cannot_be_kept_before_does_not_leave",
    ),
    "with `--keep-in`: a round is killed, or cannot push what became of what it sent": (
        "test_keeping.py",
        "test_what_became_of_what_was_sent_cannot_be_kept",
    ),
    "with `--keep-in`: two rounds at once": (
        "app/test_branch.py",
        "test_of_two_at_once_the_second_keeps_nothing_and_loses_nothing",
    ),
    "with `--keep-in`: there is no such branch, and something was announced by the database that lies there": (
        "app/test_branch.py",
        "test_a_database_by_which_something_was_announced_is_not_put_aside_for_a_branch_that_is_not_there",
    ),
    "with `--keep-in`: a bot sends for the database that lies there": (
        "app/test_branch.py",
        "test_a_database_that_a_bot_sends_for_is_not_replaced",
    ),
    "two files of one id": ("sources/test_reading.py", "test_of_two_files_with_one_id_the_first_in_force_stays"),
    "the folder, or a part of it, cannot be read": (
        "sources/test_reading.py",
        "test_a_sub_folder_that_cannot_be_read_keeps_its_postings",
    ),
    "the config does not hold up at start": (
        "test_cli.py",
        "test_a_config_that_cannot_be_used_ends_with_2_and_names_file_line_and_key",
    ),
    "rounds hang, though the process lives, under [systemd's watchdog](reference.md#under-systemd)": (
        "app/test_supervising.py",
        "test_a_bot_whose_rounds_hang_gives_no_sign_of_life_though_its_loop_goes_on",
    ),
    "the database cannot be used at start": ("test_cli.py", "test_a_database_that_cannot_be_used_is_said_in_words"),
    "the database was written by a newer Callboard": (
        "store/test_tables.py",
        "test_a_database_of_a_newer_version_is_refused_in_words",
    ),
    "another role holds a lock in PostgreSQL": (
        "store/test_private.py",
        "test_a_role_that_takes_the_senders_lock_is_named",
    ),
    "another role holds the lock under which PostgreSQL's tables are made": (
        "store/test_private.py",
        "test_a_role_that_takes_the_lock_of_the_tables_holds_nobody_up_for_long",
    ),
    "another process sends for this database": (
        "process/test_run.py",
        "test_one_process_sends_and_a_second_takes_over_when_it_is_killed",
    ),
    "PostgreSQL lets go of the lock of who sends": (
        "store/test_processes.py",
        "test_a_lock_that_postgresql_let_go_is_noticed",
    ),
    "the machine of the process that sends is put to sleep in the midst of writing": (
        "store/test_processes.py",
        "test_who_falls_asleep_in_the_midst_of_writing_holds_up_nobody",
    ),
}
"""Tests in other rooms, by what they show."""


def rows():
    """The first column of each table whose first column is headed `fault`."""
    found, inside = [], False
    for line in (ROOT / "docs" / "faults.md").read_text().splitlines():
        first = line.strip("|").split("|")[0].strip()
        inside = line.startswith("|") and (inside or first == "fault")
        if inside and first != "fault" and set(first) != {"-"}:
            found.append(first)
    return found


def functions(path):
    return {
        one.name: one
        for one in ast.parse(path.read_text()).body
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))
    }


def shown_here():
    """What the tests in this room are marked with."""
    found = []
    for path in Path(__file__).parent.glob("test_*.py"):
        for function in functions(path).values():
            for mark in function.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "fault":
                    found += [ast.literal_eval(argument) for argument in mark.args]
    return found


def test_every_row_has_its_test_and_every_test_its_row():
    told, shown = Counter(rows()), Counter([*shown_here(), *ELSEWHERE])
    assert told - shown == Counter(), "rows without a test"
    assert shown - told == Counter(), "tests without a row"
    assert set(told.values()) == {1}
    assert len(told) >= 40


def test_what_is_shown_elsewhere_is_there():
    for path, name in ELSEWHERE.values():
        assert name in functions(ROOT / "tests" / path), f"{path} has no {name}"
