"""Who an action is for: expressions over age, group, custody class and place."""
